"""What stands in the menu."""

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Application, Page

APPLICATION = Application(Text("Album", "Album"), icon="book-open")
PAGES = (Page("album.pictures", Text("Pictures", "Images"), "/album/pictures", "album:pictures"),)
