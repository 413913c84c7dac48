"""The master: theme, layouts with placeholders and notes page in the house look, made by code."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, INK, LINE, MUTED, PAPER, QUIET, SURFACE, WARM
from zwk_data.export.slides.layouts import LAYOUTS, layout_xml, master_xml, notes_master_xml

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
