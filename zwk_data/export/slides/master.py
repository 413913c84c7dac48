"""The master: theme, layouts with placeholders and notes page in the house look, made by code.

The measures of a slide: 13.33 by 7.5 inches, and where on it things stand (points, 72 an inch).

The layouts as XML: which placeholders there are, where they stand, how their text looks.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, INK, LINE, MUTED, PAPER, QUIET, SURFACE, WARM

EMU = 12_700


@dataclass(frozen=True)
class Box:
    """A place on a slide in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """Left, top, width, height in English Metric Units."""
        return (
            round(self.left * EMU),
            round(self.top * EMU),
            round(self.width * EMU),
            round(self.height * EMU),
        )

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 44.0
INNER = WIDTH - 2 * MARGIN
EYEBROW = Box(MARGIN, 24, 600, 20)
HINT = Box(WIDTH - MARGIN - 210, 20, 210, 24)
TITLE = Box(MARGIN, 46, INNER, 64)
BODY = Box(MARGIN, 116, INNER, 376)
FOOT = Box(MARGIN, 508, 720, 20)
NUMBER = Box(WIDTH - MARGIN - 120, 508, 120, 20)
#: sizes of type in points, the first that fits is taken
TITLE_SIZES = (26, 23, 20, 17, 14)
TABLE_SIZES = (16.0, 14.0, 13.0, 12.0, 11.0)
TEXT_SIZE, LEAD_SIZE, SMALL = 20.0, 16.0, 11.0
#: between content and what stands above or beneath it
GAP = 8.0

#: the index of a placeholder, the same in every layout
MAIN, EYE, DEMO, LEAD, SOURCE, FOOTER, COUNTER = 1, 13, 14, 15, 16, 17, 18


@dataclass(frozen=True)
class Layout:
    """``name`` as PowerPoint shows it; ``main``: the kind of its placeholder for content, or empty for none."""

    name: str
    kind: str
    main: str
    asked: str = ""


LAYOUTS = (
    Layout("Titelfolie", "title", "subTitle", "Untertitel"),
    Layout("Text", "obj", "body", "Text"),
    Layout("Diagramm", "chart", "chart", "Diagramm"),
    Layout("Tabelle", "tbl", "tbl", "Tabelle"),
    Layout("Bild", "picTx", "pic", "Bild"),
    Layout("Kennzahlen", "titleOnly", ""),
)
_DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_SOURCE = Box(MARGIN, 470, WIDTH - 2 * MARGIN, 30)
_LEAD = Box(MARGIN, BODY.top, BODY.width, 40)
_COVER_TITLE = Box(MARGIN + 24, 150, 800, 120)
_COVER_TEXT = Box(MARGIN + 24, 280, 800, 140)


def _place(box: Box) -> str:
    left, top, width, height = box.emu
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _style(size: float, colour: str, *, bold: bool = False, align: str = "l") -> str:
    weight = ' b="1"' if bold else ' b="0"'
    return (
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr lang="de-DE" sz="{round(size * 100)}"{weight}><a:solidFill><a:schemeClr val="{colour}"/>'
        "</a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>"
    )


def _body(anchor: str = "t", style: str = "<a:lstStyle/>", text: str = "", fill: bool = False) -> str:
    inset = '91440" tIns="36000" rIns="91440" bIns="36000' if fill else '0" tIns="0" rIns="0" bIns="0'
    run = f'<a:r><a:rPr lang="de-DE"/><a:t>{text}</a:t></a:r>' if text else '<a:endParaRPr lang="de-DE"/>'
    return (
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="{inset}" rtlCol="0" anchor="{anchor}"><a:noAutofit/>'
        f"</a:bodyPr>{style}<a:p>{run}</a:p></p:txBody>"
    )


def _shape(number: int, name: str, holder: str, box: Box, body: str, fill: str = "") -> str:
    prompt = "" if 'type="sldNum"' in holder or 'type="ftr"' in holder else ' hasCustomPrompt="1"'
    if 'type="title"' in holder or 'type="ctrTitle"' in holder:
        prompt = ""
    filled = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        f"<p:ph {holder}{prompt}/></p:nvPr></p:nvSpPr><p:spPr>{_place(box)}"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{filled}</p:spPr>{body}</p:sp>'
    )


def _bar(number: int, name: str, box: Box, colour: str) -> str:
    """A plain surface of the layout: decoration, hidden from screen readers."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"><a:extLst><a:ext uri="{_DECORATIVE}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext>'
        f"</a:extLst></p:cNvPr><p:cNvSpPr/><p:nvPr userDrawn=\"1\"/></p:nvSpPr><p:spPr>{_place(box)}"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        '<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="de-DE"/></a:p>'
        "</p:txBody></p:sp>"
    )  # fmt: skip


def _number(number: int, box: Box, index: str) -> str:
    field = (
        '<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr"/>'
        f'{_style(11, "tx2", align="r")}<a:p><a:fld id="{{6C4E5F34-37A5-4D5C-9B8A-5A2F8E1A1B01}}" type="slidenum">'
        '<a:rPr lang="de-DE"/><a:t>‹Nr.›</a:t></a:fld><a:endParaRPr lang="de-DE"/></a:p></p:txBody>'
    )
    return _shape(number, "Foliennummer", f'type="sldNum" sz="quarter" idx="{index}"', box, field)


def _tree(shapes: str, name: str = "") -> str:
    named = f' name="{name}"' if name else ""
    back = (
        ""
        if name
        else '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    )
    return (
        f'<p:cSld{named}>{back}<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/>'
        f"</a:xfrm></p:grpSpPr>{shapes}</p:spTree></p:cSld>"
    )


_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)


def layout_xml(one: Layout, names: str) -> str:
    """One layout as ``p:sldLayout``."""
    cover = one.kind == "title"
    holder = 'type="ctrTitle"' if cover else 'type="title"'
    style = _style(38, "tx1", bold=True) if cover else "<a:lstStyle/>"
    shapes = [
        _shape(2, "Titel", holder, _COVER_TITLE if cover else TITLE, _body("b" if cover else "t", style, "Titel")),
        _shape(3, "Abschnitt", f'type="body" sz="quarter" idx="{EYE}"', EYEBROW,
               _body("ctr", _style(12, "accent1", bold=True), "Abschnitt")),
        _shape(4, "Hinweis auf Demodaten", f'type="body" sz="quarter" idx="{DEMO}"', HINT,
               _body("ctr", _style(12, "accent4", bold=True, align="ctr"), "Hinweis", fill=True), fill="F8E6D6"),
    ]  # fmt: skip
    if one.kind in ("chart", "tbl", "picTx"):
        body = _body("t", _style(16, "tx1"), "Einleitender Text")
        shapes.append(_shape(5, "Einleitung", f'type="body" sz="quarter" idx="{LEAD}"', _LEAD, body))
    if one.main:
        text = _style(20, "tx2") if cover else "<a:lstStyle/>"
        body = _body("t", text, one.asked)
        shapes.append(_shape(6, one.asked, f'type="{one.main}" idx="{MAIN}"', _COVER_TEXT if cover else BODY, body))
    if not cover:
        shapes.append(_shape(7, "Quelle", f'type="body" sz="quarter" idx="{SOURCE}"', _SOURCE,
                             _body("b", _style(11, "tx2"), "Quelle")))  # fmt: skip
    shapes.append(_shape(8, "Fußzeile", f'type="ftr" sz="quarter" idx="{FOOTER}"', FOOT,
                         _body("ctr", _style(11, "tx2"))))  # fmt: skip
    shapes.append(_number(9, NUMBER, str(COUNTER)))
    if cover:
        shapes.insert(0, _bar(10, "Farbstreifen", Box(MARGIN, 150, 6, 270), "accent1"))
    else:
        shapes.insert(0, _bar(10, "Linie", Box(MARGIN, 503, WIDTH - 2 * MARGIN, 0.75), "accent6"))
    return (
        f'<p:sldLayout {names} type="{one.kind}" preserve="1" userDrawn="1">{_tree("".join(shapes), one.name)}'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def _levels() -> str:
    """Plain paragraphs, points, and points of points."""
    kinds = (("0", "0", "<a:buNone/>", 20, 8), ("270000", "-270000", '<a:buChar char="•"/>', 20, 6),
             ("540000", "-270000", '<a:buChar char="–"/>', 18, 4))  # fmt: skip
    return "".join(
        f'<a:lvl{level}pPr marL="{left}" indent="{indent}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
        f'latinLnBrk="0" hangingPunct="1"><a:spcBef><a:spcPts val="{before * 100}"/></a:spcBef>'
        f'<a:buClr><a:schemeClr val="accent1"/></a:buClr>{mark}<a:defRPr lang="de-DE" sz="{size * 100}" kern="1200">'
        '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        f'<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl{level}pPr>'
        for level, (left, indent, mark, size, before) in enumerate(kinds, start=1)
    )


def master_xml(names: str) -> str:
    """The slide master with title, text, footer and number."""
    text = _body("t", "<a:lstStyle/>", "Text")
    shapes = "".join(
        (
            _shape(2, "Titel", 'type="title"', TITLE, _body("t", "<a:lstStyle/>", "Titel")),
            _shape(3, "Text", 'type="body" idx="1"', BODY, text),
            _shape(4, "Fußzeile", 'type="ftr" sz="quarter" idx="3"', FOOT, _body("ctr", _style(11, "tx2"))),
            _number(5, NUMBER, "4"),
        )
    ).replace(' hasCustomPrompt="1"', "")
    ids = "".join(
        f'<p:sldLayoutId id="{2147483649 + at}" r:id="rId{at + 1}"/>' for at in range(len(LAYOUTS))
    )  # fmt: skip
    title = (
        '<a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:spcBef>'
        '<a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr lang="de-DE" sz="2600" b="1" kern="1200"><a:solidFill>'
        '<a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'
        '<a:cs typeface="+mj-cs"/></a:defRPr></a:lvl1pPr>'
    )
    return (
        f"<p:sldMaster {names}>{_tree(shapes)}{_MAP}<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>"
        f'<p:hf hdr="0" dt="0"/><p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{_levels()}</p:bodyStyle>'
        "<p:otherStyle/></p:txStyles></p:sldMaster>"
    )


def notes_master_xml(names: str) -> str:
    """The page of the speaker notes: the slide, and the notes beneath."""
    image = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Folienbild"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" '
        'noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr>'
        f'{_place(Box(54, 54, 432, 243))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        '<a:ln w="9525"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:ln></p:spPr></p:sp>'
    )
    body = _shape(3, "Notizen", 'type="body" sz="quarter" idx="3"', Box(54, 318, 432, 350),
                  _body("t", "<a:lstStyle/>", "Notizen"))  # fmt: skip
    number = _number(4, Box(366, 684, 120, 20), "5")
    style = (
        '<a:lvl1pPr marL="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:spcBef>'
        '<a:spcPts val="400"/></a:spcBef><a:defRPr lang="de-DE" sz="1200" kern="1200"><a:solidFill>'
        '<a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        '<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr>'
    )
    shapes = (image + body + number).replace(' hasCustomPrompt="1"', "")
    return f"<p:notesMaster {names}>{_tree(shapes)}{_MAP}<p:notesStyle>{style}</p:notesStyle></p:notesMaster>"


#: on every machine, and wide as its free twins are: what fits here fits there
FONT = "Arial"
LANGUAGE = "de-DE"
#: PowerPoint's own style of tables without lines and fills
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_PARTS = {
    "ppt/presentation.xml": "presentationml.presentation.main+xml",
    "ppt/slideMasters/slideMaster1.xml": "presentationml.slideMaster+xml",
    "ppt/notesMasters/notesMaster1.xml": "presentationml.notesMaster+xml",
    "ppt/theme/theme1.xml": "theme+xml",
    "ppt/theme/theme2.xml": "theme+xml",
    "ppt/presProps.xml": "presentationml.presProps+xml",
    "ppt/viewProps.xml": "presentationml.viewProps+xml",
    "ppt/tableStyles.xml": "presentationml.tableStyles+xml",
    "docProps/app.xml": "extended-properties+xml",
}


@lru_cache(maxsize=1)
def template() -> bytes:
    """A presentation without slides: 16:9, German, with the layouts of ``layouts.LAYOUTS``."""
    layouts = [f"ppt/slideLayouts/slideLayout{number}.xml" for number in range(1, len(LAYOUTS) + 1)]
    theme = _theme()
    parts = {
        "_rels/.rels": _relations(
            ("officeDocument", "ppt/presentation.xml"), ("extended-properties", "docProps/app.xml")
        ),
        "ppt/presentation.xml": _presentation(),
        "ppt/_rels/presentation.xml.rels": _relations(
            ("slideMaster", "slideMasters/slideMaster1.xml"),
            ("notesMaster", "notesMasters/notesMaster1.xml"),
            ("presProps", "presProps.xml"),
            ("viewProps", "viewProps.xml"),
            ("theme", "theme/theme1.xml"),
            ("tableStyles", "tableStyles.xml"),
        ),
        "ppt/slideMasters/slideMaster1.xml": _HEAD + master_xml(_NAMES),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            *(("slideLayout", f"../{name.removeprefix('ppt/')}") for name in layouts), ("theme", "../theme/theme1.xml")
        ),
        "ppt/notesMasters/notesMaster1.xml": _HEAD + notes_master_xml(_NAMES),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _relations(("theme", "../theme/theme2.xml")),
        "ppt/theme/theme1.xml": theme,
        "ppt/theme/theme2.xml": theme,
        "ppt/presProps.xml": f"{_HEAD}<p:presentationPr {_NAMES}/>",
        "ppt/viewProps.xml": f"{_HEAD}<p:viewPr {_NAMES}/>",
        "ppt/tableStyles.xml": f'{_HEAD}<a:tblStyleLst {_NAMES.split(" ")[0]} def="{PLAIN_TABLE}"/>',
        "docProps/app.xml": f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties">'
        "<Application>Microsoft Office PowerPoint</Application><Company>ZWK-Monitor</Company></Properties>",
    }  # fmt: skip
    for number, (name, one) in enumerate(zip(layouts, LAYOUTS, strict=True), start=1):
        parts[name] = _HEAD + layout_xml(one, _NAMES)
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _relations(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _content_types(layouts))
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def _content_types(layouts: list[str]) -> str:
    kinds = _PARTS | dict.fromkeys(layouts, "presentationml.slideLayout+xml")
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{_TYPES}.{kind}"/>' for name, kind in kinds.items())
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def _presentation() -> str:
    levels = "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * 228600}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
        'latinLnBrk="0" hangingPunct="1"><a:defRPr lang="de-DE" sz="1800" kern="1200"><a:solidFill>'
        '<a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        f'<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl{level}pPr>'
        for level in range(1, 10)
    )
    return (
        f'{_HEAD}<p:presentation {_NAMES} saveSubsetFonts="1"><p:sldMasterIdLst>'
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst>'
        '<p:notesMasterId r:id="rId2"/></p:notesMasterIdLst><p:sldSz cx="12192000" cy="6858000"/>'
        '<p:notesSz cx="6858000" cy="9144000"/><p:defaultTextStyle><a:defPPr><a:defRPr lang="de-DE"/></a:defPPr>'
        f"{levels}</p:defaultTextStyle></p:presentation>"
    )


def _theme() -> str:
    """Office's theme with our colours and our type."""
    colours = {
        "dk1": INK, "lt1": PAPER, "dk2": MUTED, "lt2": SURFACE, "accent1": ACCENT, "accent2": MUTED, "accent3": QUIET,
        "accent4": WARM, "accent5": ACCENT_SOFT, "accent6": LINE, "hlink": ACCENT, "folHlink": MUTED,
    }  # fmt: skip
    scheme = "".join(f'<a:{name}><a:srgbClr val="{value[1:]}"/></a:{name}>' for name, value in colours.items())
    fonts = "".join(
        f'<a:{one}><a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/></a:{one}>'
        for one in ("majorFont", "minorFont")
    )
    with zipfile.ZipFile(BytesIO((files("pptx") / "templates" / "default.pptx").read_bytes())) as package:
        text = package.read("ppt/theme/theme1.xml").decode("utf-8")
    for name, new in (("clrScheme", scheme), ("fontScheme", fonts)):
        text = re.sub(
            rf"<a:{name} name=.*?</a:{name}>", f'<a:{name} name="ZWK-Monitor">{new}</a:{name}>', text, flags=re.DOTALL
        )
    return re.sub(r'(<a:theme [^>]*name=)"[^"]*"', r'\1"ZWK-Monitor"', text, count=1)
