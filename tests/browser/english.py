"""English words on a German page: Streamlit's own, and those that no German page has."""

from __future__ import annotations

import re

from zwk_data.web.kit import assets

#: Streamlit's own words that german.js puts into German
ENGLISH = frozenset(re.findall(r'^    "([^"]+)":', assets.content("german.js").decode(), flags=re.MULTILINE))
#: English words that no German page has, in case a later version adds some
ENGLISH_WORDS = re.compile(
    r"\b(Choose|Select|Search|Running|Loading|Connecting|Press|Show|Hide|Close|Open|Download|Browse|Drag|Deploy|Rerun|"
    r"Error|Traceback|Exception|Main menu|Settings|Print|Clear|Remove|Fullscreen|Skip to|per file|No results|Sidebar|"
    r"Streamlit|Toggle|Share|options? available|\d+ more|Add row|Delete row|Autoscale|Snapshot|"
    r"Zoom in|Zoom out|Reset|Help for|None|True|False|nan|NaT)\b"
)
#: everything on the page that is visible or read out: [where, text]
READ_OUT = """() => {
  const found = [], unseen = '[aria-hidden=true], script, style, noscript, [data-testid=stIconMaterial]';
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement, text = texts.currentNode.data.trim();
    if (text && !parent.closest(unseen) && parent.checkVisibility()) found.push(['text', text]);
  }
  for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'data-title'])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (element.checkVisibility() && element.getAttribute(name)) found.push([name, element.getAttribute(name)]);
  return [['document.title', document.title], ...found];
}"""


def english(page) -> list[str]:
    """What is still English for a reader or a screen reader."""
    read = [(where, text) for where, text in page.evaluate(READ_OUT)]
    return [f"{where}: {text}" for where, text in read if text in ENGLISH or ENGLISH_WORDS.search(text)]
