package browser

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// Screenshot is a PNG of what the customer saw, with every filled field, every
// foreign frame and the journey's masks covered. The covers are painted into
// the picture, so the page is not touched. What lay under one before or after
// the picture was taken is covered: the page may have moved in between.
func (s *Session) Screenshot(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, callTimeout, fmt.Errorf("no picture in %s", callTimeout))
	defer cancel()
	before, err := s.maskRects(ctx)
	if err != nil {
		return nil, err
	}
	fast := true
	shot, err := cdp.Call(ctx, s.target(), page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, OptimizeForSpeed: &fast})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, fmt.Errorf("taking a picture: %w", err)
	}
	after, err := s.maskRects(ctx)
	if err != nil {
		return nil, err
	}
	return cover(shot.Data, append(before, after...), s.visit.Device.Scale)
}

// maskRects asks for the rectangles to cover: left, top, width, height in CSS
// pixels of the viewport.
func (s *Session) maskRects(ctx context.Context) ([][4]float64, error) {
	targets, frames := s.masked()
	rects, err := evalIn[[][4]float64](ctx, s.target(), s.state.document().world, js("samui.act.masks", targets, frames))
	if err != nil {
		return nil, fmt.Errorf("finding what to cover in the picture: %w", err)
	}
	return rects, nil
}

// masked is what the journey covers on the page, and the frames in which it
// covers something: they are covered as a whole, rather too much than too
// little.
func (s *Session) masked() (targets, frames []*targetJSON) {
	targets, frames = []*targetJSON{}, []*targetJSON{}
	for i := range s.mask {
		if t := &s.mask[i]; t.Frame == nil {
			targets = append(targets, s.encoder.target(t))
		} else {
			frames = append(frames, s.encoder.target(outermost(t)))
		}
	}
	return targets, frames
}

// outermost is the frame of the page itself in which a target lies.
func outermost(t *journey.Target) *journey.Target {
	for t.Frame != nil {
		t = t.Frame
	}
	return t
}

// cover paints rectangles into a PNG.
func cover(data []byte, rects [][4]float64, scale float64) ([]byte, error) {
	if len(rects) == 0 {
		return data, nil
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	canvas, ok := picture.(draw.Image)
	if !ok {
		b := picture.Bounds()
		canvas = image.NewRGBA(b)
		draw.Draw(canvas, b, picture, b.Min, draw.Src)
	}
	grey := image.NewUniform(color.RGBA{R: 0x80, G: 0x88, B: 0x90, A: 0xff})
	for _, r := range rects {
		box := image.Rect(int(r[0]*scale), int(r[1]*scale), int((r[0]+r[2])*scale)+1, int((r[1]+r[3])*scale)+1)
		draw.Draw(canvas, box.Intersect(canvas.Bounds()), grey, image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("writing the picture: %w", err)
	}
	return out.Bytes(), nil
}
