package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
)

// The hero is a photograph as far as a browser can tell: of a size that takes
// a phone a moment, and different in every pixel. It is painted when the shop
// opens, always the same.
const (
	heroWidth  = 1600
	heroHeight = 900
)

// paintHeroes paints the home page's picture for wide screens and for phones.
func paintHeroes() (map[string]asset, error) {
	wide := paintScenery(heroWidth, heroHeight)
	heroes := map[string]asset{}
	for name, picture := range map[string]image.Image{"hero-1600.jpg": wide, "hero-800.jpg": halved(wide)} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 80}); err != nil {
			return nil, fmt.Errorf("painting %s: %w", name, err)
		}
		heroes[name] = newAsset(b.Bytes())
	}
	return heroes, nil
}

// rgb is a colour that can be mixed.
type rgb struct{ r, g, b float64 }

func (c rgb) to(d rgb, t float64) rgb {
	t = min(1, max(0, t))
	return rgb{c.r + (d.r-c.r)*t, c.g + (d.g-c.g)*t, c.b + (d.b-c.b)*t}
}

// ridge is a line of mountains across the picture; heights are shares of it.
type ridge struct {
	base, height float64 // where the crest lies on average, and how far it strays
	detail       float64 // how many peaks
	crest, mist  rgb     // its colour on top and where it vanishes in the mist
	trees        bool
}

// ridges are painted from the farthest to the nearest.
func ridges() []ridge {
	return []ridge{
		{base: 0.50, height: 0.14, detail: 3, crest: rgb{176, 152, 146}, mist: rgb{242, 204, 164}},
		{base: 0.58, height: 0.15, detail: 4, crest: rgb{132, 126, 132}, mist: rgb{226, 188, 158}},
		{base: 0.66, height: 0.14, detail: 5, crest: rgb{88, 102, 110}, mist: rgb{176, 160, 148}},
		{base: 0.75, height: 0.13, detail: 6, crest: rgb{52, 78, 84}, mist: rgb{112, 122, 120}, trees: true},
		{base: 0.86, height: 0.10, detail: 5, crest: rgb{26, 50, 50}, mist: rgb{40, 66, 62}, trees: true},
		{base: 0.97, height: 0.08, detail: 3, crest: rgb{12, 30, 29}, mist: rgb{8, 20, 20}},
	}
}

// paintScenery paints dawn over the mountains with a lit tent.
func paintScenery(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	w, h := float64(width), float64(height)
	all := ridges()
	crests := make([][]float64, len(all))
	for i, r := range all {
		crests[i] = r.crests(i, w, h, width)
	}
	tentX := 0.74 * w
	ground := crests[len(crests)-1][int(tentX)] + 0.02*h
	for y := range height {
		for x := range width {
			fx, fy := float64(x), float64(y)
			var c rgb
			if i := nearest(crests, x, fy); i < 0 {
				c = sky(fx/w, fy/h)
			} else {
				r := all[i]
				c = r.crest.to(r.mist, (fy/h-r.base+r.height*0.4)/0.2)
			}
			c = tent(c, (fx-tentX)/(0.062*w), (ground-fy)/(0.085*h))
			grain := (noise(x*7919+y*104729) - 0.5) * 9
			picture.SetRGBA(x, y, color.RGBA{level(c.r + grain), level(c.g + grain), level(c.b + grain), 255})
		}
	}
	return picture
}

// nearest is the nearest ridge that covers a point, -1 where there is only sky.
func nearest(crests [][]float64, x int, y float64) int {
	for i, crest := range slices.Backward(crests) {
		if y >= crest[x] {
			return i
		}
	}
	return -1
}

// sky is the dawn at a point given as shares of the picture.
func sky(x, y float64) rgb {
	top, middle, horizon := rgb{38, 70, 92}, rgb{150, 164, 162}, rgb{250, 204, 148}
	c := top.to(middle, y/0.40)
	if y > 0.14 {
		t := (y - 0.14) / 0.36
		c = c.to(horizon, t*t)
	}
	sun := math.Hypot((x-0.60)*1.78, y-0.43)
	c = c.to(rgb{255, 226, 176}, 0.75*math.Exp(-sun*5.5))
	if sun < 0.052 {
		c = c.to(rgb{255, 246, 222}, (0.052-sun)/0.006)
	}
	return c
}

// tent paints a lit tent over c: u runs from -1 to 1 along its floor, v from 0
// on the ground to 1 at its top.
func tent(c rgb, u, v float64) rgb {
	if math.Abs(u) > 4 || math.Abs(v) > 4 {
		return c // too far for its light
	}
	glow := math.Exp(-(u*u*0.5 + (v-0.2)*(v-0.2)*0.7)) * 0.45
	c = c.to(rgb{255, 170, 84}, glow*0.8)
	side := 1 - math.Abs(u)
	if v < 0 || v > side*1.05 || side < 0 {
		return c
	}
	lit := rgb{255, 206, 120}.to(rgb{214, 104, 48}, math.Hypot(u, v-0.25)*0.95)
	if math.Abs(u) < 0.16*(1-v/0.8) && v < 0.8 {
		lit = rgb{255, 238, 190}
	}
	return lit
}

// crests is the height of a ridge's crest above each column.
func (r ridge) crests(seed int, w, h float64, width int) []float64 {
	line := make([]float64, width)
	for x := range line {
		at := float64(x)/w*r.detail + float64(seed)*37.7
		sum, share := 0.0, 0.5
		for octave := range 7 {
			scale := math.Pow(2, float64(octave))
			sum += share * (smoothNoise(at*scale, seed*31+octave) - 0.5)
			share *= 0.48
		}
		line[x] = (r.base - r.height*sum*2) * h
		if r.trees {
			line[x] -= treetops(float64(x)/w*190*(1.4-r.base), seed) * 0.034 * h * r.base
		}
	}
	return line
}

// treetops is a row of pointed trees of different heights.
func treetops(at float64, seed int) float64 {
	tree, within := math.Modf(at)
	height := 0.25 + 0.75*noise(int(tree)*613+seed)
	return height * max(0, 1-math.Abs(within-0.5)*2.2)
}

// smoothNoise is noise between whole numbers.
func smoothNoise(x float64, seed int) float64 {
	cell, t := math.Modf(x)
	t = t * t * (3 - 2*t)
	a, b := noise(int(cell)*8191+seed), noise((int(cell)+1)*8191+seed)
	return a + (b-a)*t
}

// noise is a number from 0 to 1 that looks random and is always the same for
// the same n.
func noise(n int) float64 {
	h := uint32(n)*0x9E3779B1 ^ 0x85EBCA6B
	h ^= h >> 15
	h *= 0x2C1B3C6D
	h ^= h >> 12
	h *= 0x297A2D39
	h ^= h >> 15
	return float64(h) / math.MaxUint32
}

func level(v float64) uint8 { return uint8(min(255, max(0, v))) }

// halved is a picture at half its size.
func halved(p *image.RGBA) *image.RGBA {
	size := p.Bounds().Size().Div(2)
	half := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			a, b := p.RGBAAt(2*x, 2*y), p.RGBAAt(2*x+1, 2*y)
			c, d := p.RGBAAt(2*x, 2*y+1), p.RGBAAt(2*x+1, 2*y+1)
			mean := func(a, b, c, d uint8) uint8 { return uint8((int(a) + int(b) + int(c) + int(d)) / 4) }
			half.SetRGBA(x, y, color.RGBA{mean(a.R, b.R, c.R, d.R), mean(a.G, b.G, c.G, d.G), mean(a.B, b.B, c.B, d.B), 255})
		}
	}
	return half
}
