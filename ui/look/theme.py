"""Gradio's own theme in our colours, with the fonts that the machine has; nothing is fetched."""

from __future__ import annotations

import gradio as gr

# names of installed fonts only, Chinese ones for Windows, macOS and Linux; a gradio font object may load a file
SANS = (
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "system-ui",
    "sans-serif",
)
MONO = ("ui-monospace", "Consolas", "Menlo", "Noto Sans Mono CJK SC", "monospace")


def theme() -> gr.themes.Base:
    """Return the theme; colours beyond these few stand in style.css as variables of ours."""
    plain = gr.themes.Base(primary_hue="teal", neutral_hue="stone", radius_size="md", font=SANS, font_mono=MONO)
    return plain.set(
        body_background_fill="#f7f5f0",
        body_background_fill_dark="#15171a",
        body_text_color="#22252a",
        body_text_color_dark="#e8e6e1",
        background_fill_primary="#fffdf9",
        background_fill_primary_dark="#1d2024",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
    )
