"""The course as a site, and a guide for those who teach it, made from what a build left. No network.

head          what a lesson's first cell says
pages         a lesson as a page: the release with the solution's outputs, so that no answer can be in it
pictures      pictures as files of their own, each with a text alternative
quiz          questions that answer in the page
moving        the data of what moves in a page
search_index  what the search looks through
guide         what those who teach read; it holds answers, and is never part of the site
building      Sphinx with MyST-NB on all of this, into two folders
extension     what Sphinx does for it: formulas as MathML, Korean marked as Korean
"""
