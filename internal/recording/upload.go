package recording

import (
	"regexp"
	"strings"

	"samui/internal/journey"
)

// chosenFile is the name of the file that was chosen in a field; false where
// none was. Browsers don't tell pages in which folder it lay.
func chosenFile(value string) (string, bool) {
	return strings.CutPrefix(value, `C:\fakepath\`)
}

// upload chooses a file, which a recording knows by its name alone.
func (im *importer) upload(s step, c candidate, file string) {
	plain := regexp.MustCompile(`^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_ .,()+@-]{0,199}$`)
	if !plain.MatchString(file) || strings.HasSuffix(file, " ") || im.leaks(file) {
		im.refuse(s, "a file is chosen: write upload: {…, file: NAME} with one that lies beside the journey")
		return
	}
	c.target = withKey(c.target)
	words := elementOf(s).name
	if im.leaks(words) {
		words = ""
	}
	notes := append(im.explained(s, c), loud("a recording holds no files: lay %s, or another one under this name, beside the journey", file))
	im.do(s, journey.Action{Verb: journey.Upload, Target: &c.target, File: file}, telling{words: words, value: file}, notes...)
}
