package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestUploadedFile(t *testing.T) {
	outside := write(t, "private.txt", "private")
	dir := write(t, "photo.jpg", "cheese", "big.jpg", "")
	if err := os.Truncate(filepath.Join(dir, "big.jpg"), maxUpload+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "private.txt"), filepath.Join(dir, "link.jpg")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"photo.jpg": "", "more/../photo.jpg": "", "gone.jpg": "isn't there", "more": "is no file", "big.jpg": "is larger than 10 MiB",
		"../photo.jpg": "leads out of the journey's folder", "/etc/passwd": "leads out of the journey's folder",
		"link.jpg": "can't be used: path escapes from parent",
	} {
		if got, _ := wrongFile(dir, name); got != want {
			t.Errorf("wrongFile(%q) = %q, want %q", name, got, want)
		}
	}
}
