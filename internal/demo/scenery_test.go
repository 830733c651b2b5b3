package demo

import (
	"bytes"
	"image/jpeg"
	"testing"
)

// TestHeroes: of a size that a phone notices, and the same in every shop.
func TestHeroes(t *testing.T) {
	heroes, err := paintHeroes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := stockOnce()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ width, least, most int }{
		"hero-1600.jpg": {1600, 100_000, 300_000},
		"hero-800.jpg":  {800, 20_000, 80_000},
	} {
		hero := heroes[name]
		size, err := jpeg.DecodeConfig(bytes.NewReader(hero.content))
		if err != nil || size.Width != c.width {
			t.Errorf("%s is %d wide (%v), want %d", name, size.Width, err, c.width)
		}
		if n := len(hero.content); n < c.least || n > c.most {
			t.Errorf("%s has %d bytes, want %d to %d", name, n, c.least, c.most)
		}
		if hero.hash != again.assets.heroes[name].hash {
			t.Errorf("%s was painted differently the second time", name)
		}
	}
}
