"""Make Great Expectations' pages static: nothing is fetched from, or told to, another machine."""

from __future__ import annotations

import re
from pathlib import Path

# The pages load styles, scripts and a logo (with the time of the visit) from elsewhere.
_TAGS = (
    re.compile(r"<link\b[^>]*\bhref=[\"']?(?:https?:)?//[^>]*>", re.IGNORECASE),
    re.compile(
        r"<script\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>.*?</script>", re.IGNORECASE | re.DOTALL
    ),
    re.compile(r"<img\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>", re.IGNORECASE),
    re.compile(r"<iframe\b[^>]*\bsrc=[\"']?(?:https?:)?//.*?</iframe>", re.IGNORECASE | re.DOTALL),
)
_STYLE_URL = re.compile(r"url\(\s*['\"]?(?:https?:)?//[^)]*\)", re.IGNORECASE)
_LINK = re.compile(r"(<a\b[^>]*\bhref=)[\"']https?://[^\"']*[\"']", re.IGNORECASE)

# What the pages need of the style sheet that they no longer fetch.
STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; color: #222; margin: 0 auto; padding: 1rem 2rem;
    max-width: 76rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { border-bottom: 1px solid #ddd; padding: .35rem .6rem; text-align: left;
    vertical-align: top; overflow-wrap: anywhere; }
ul.nav, ul.list-group, ol.breadcrumb { list-style: none; padding-left: 0; }
ol.breadcrumb li { display: inline-block; margin-right: .8rem; }
.text-success { color: #1a7f37; } .text-danger { color: #b42318; }
.text-warning { color: #9a6700; } .badge { border: 1px solid; border-radius: .5rem;
    padding: 0 .4rem; } .modal, .navbar-toggler { display: none; }
a { color: #0b5cad; } h1, h2, h3, h4, h5 { margin: 1rem 0 .3rem; }
"""


def make_static(folder: Path) -> None:
    """Rewrite every page and style sheet below a folder in place."""
    for path in [*folder.rglob("*.html"), *folder.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(static_text(text, is_page=path.suffix == ".html"), encoding="utf-8")


def static_text(text: str, is_page: bool) -> str:
    """The text without anything that a browser would fetch from elsewhere."""
    for tag in _TAGS:
        text = tag.sub("", text)
    text = _LINK.sub(r'\1"#"', _STYLE_URL.sub("none", text))
    if is_page and "</head>" in text:
        text = text.replace("</head>", f"<style>{STYLE}</style></head>", 1)
    return text
