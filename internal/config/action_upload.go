package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"samui/internal/journey"
)

// maxUpload is the size of the largest file that a journey may upload: it is
// sent at every visit.
const maxUpload = 10 << 20

// upload is a file for a file field.
func (g *grammar) upload() codec[journey.Action] {
	o := g.actionTable(journey.Upload, must(key("file", "The file, within the folder of the journey's own file; at most 10 MiB.", uploadedFile(), func(a *journey.Action, f string) { a.File = f })))
	o.example = "{label: Photo, file: photo.jpg}"
	o.meant = func(text string) string { return "{label: …, file: " + flowText(clipped(text, longest)) + "}" }
	o.tips = withTips(o.tips, map[string]string{"with": "write file: …", "path": "write file: …", "files": "write file: …, with one file", "value": "write file: …"})
	return o.codec()
}

// uploadedFile is the name of a file that is there. What lies elsewhere than
// with the journey is refused, through links too: a journey that somebody else
// wrote must not send away what it likes.
func uploadedFile() codec[string] {
	return fileBeside("a file in the folder of this one, or in a folder in it", wrongFile)
}

// fileBeside is the name of a file, relative to the one that names it. wrong
// says what is wrong with it in that folder; nil where that is looked for later.
func fileBeside(want string, wrong func(folder, name string) (what, hint string)) codec[string] {
	return codec[string]{
		want:   want,
		schema: func() *schema { return &schema{Type: []string{"string"}, Pattern: `^[^/\\\x00]`} },
		read: func(r reader, n *node) (string, bool) {
			if n.kind != scalar || n.value == "" {
				r.mistyped(n, want)
				return "", false
			}
			if wrong != nil {
				if what, hint := wrong(filepath.Dir(r.src.name), n.value); what != "" {
					r.fail(n, r.subject(n)+" "+what, want, hint)
					return "", false
				}
			}
			return n.value, true
		},
	}
}

// wrongFile says what is wrong with a file to be uploaded, empty where nothing
// is.
func wrongFile(folder, name string) (what, hint string) {
	if !filepath.IsLocal(name) {
		return "leads out of the journey's folder", "put a copy beside the journey"
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "can't be looked for: " + reason(err), ""
	}
	defer root.Close()
	info, err := root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "isn't there", "look at the name; it is looked for in " + folder
	case err != nil:
		return "can't be used: " + reason(err), "put a copy beside the journey"
	case !info.Mode().IsRegular():
		return "is no file", ""
	case info.Size() > maxUpload:
		return fmt.Sprintf("is larger than %d MiB", maxUpload>>20), "a smaller one does as well"
	}
	return "", ""
}
