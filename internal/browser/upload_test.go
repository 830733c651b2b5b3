package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestUpload: a file field is given the journey's file, and nothing else of
// the machine's.
func TestUpload(t *testing.T) {
	server := pages(t, map[string]string{"/": `<label>Photo <input type=file></label> <label style="border:1px solid">Receipt <input type=file hidden></label>
		<label>Old <input type=file disabled></label> <button>Choose</button><p></p><script>
		document.addEventListener('change',async e=>{document.querySelector('p').textContent=e.target.files[0].name+' says '+await e.target.files[0].text()+(e.isTrusted?'':' FAKE')})</script>`})
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside.txt")
	for path, data := range map[string]string{filepath.Join(dir, "photo.jpg"): "cheese", outside: "private"} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.jpg")); err != nil {
		t.Fatal(err)
	}
	uploads := func(target *journey.Target, file string) journey.Step {
		def := step(do(journey.Action{Verb: journey.Upload, Target: target, File: file, Pos: journey.Pos{File: filepath.Join(dir, "j.yaml"), Line: 7}}), sees("says"))
		def.Timeout = 3 * time.Second
		return def
	}
	b := newBrowser(t)
	for _, name := range []string{"Photo", "Receipt"} {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		def := uploads(label(name), "photo.jpg")
		def.Timeout = 20 * time.Second
		def.Expect = []journey.Expectation{{Claim: journey.ClaimText, Target: css("p"), Op: journey.Is, Text: text("photo.jpg says cheese")}}
		mustStep(t, s, def)
	}
	for _, c := range []struct {
		target     *journey.Target
		file, want string
	}{
		{label("Old"), "photo.jpg", "stayed disabled"},
		{plain("Choose"), "photo.jpg", "is no field for a file"},
		{label("Photo"), "gone.jpg", `can't upload "gone.jpg"`},
		{label("Photo"), "link.jpg", `can't upload "link.jpg"`},
		{label("Photo"), "../" + filepath.Base(filepath.Dir(outside)) + "/outside.txt", "can't upload"},
		{label("Photo"), outside, "can't upload"},
	} {
		t.Run(c.target.Value.String()+" "+filepath.Base(c.file), func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/"))))
			if f := failStep(t, s, uploads(c.target, c.file)); f.Kind != journey.KindTarget || !strings.Contains(f.Message, c.want) {
				t.Errorf("got %s %q, want %q", f.Kind, f.Message, c.want)
			}
		})
	}
}
