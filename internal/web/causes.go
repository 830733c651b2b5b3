package web

import (
	"fmt"
	"path"
	"strings"

	"samui/internal/journey"
)

// cause is what stands behind one of a page's numbers.
type cause struct {
	Name    string // of the number
	Element string // as the target of a journey; empty = it has gone, or there is none
	Text    string
	Means   string // the whole address; empty = the text says it all
}

// causesOf are what stands behind the numbers of a step's page.
func causesOf(page *journey.Page) []cause {
	if page == nil || page.Causes == nil {
		return nil
	}
	var all []cause
	c := page.Causes
	if c.LCP != nil {
		all = append(all, cause{"LCP", said(c.LCP.Element), file(c.LCP.URL), said(c.LCP.URL)})
	}
	if c.CLS != nil {
		all = append(all, cause{"CLS", said(c.CLS.Element), fmt.Sprintf("moved by %.2f at %s", c.CLS.Shift, millis(c.CLS.AtMs)), ""})
	}
	if i := c.INP; i != nil {
		all = append(all, cause{"INP", said(i.Element), fmt.Sprintf("%s: %s until it was answered, %s of handlers, %s until it was painted",
			i.Event, millis(i.DelayMs), millis(i.ProcessingMs), millis(i.PresentationMs)), ""})
	}
	for _, f := range c.LongFrames {
		text := fmt.Sprintf("a frame of %s at %s", millis(f.DurationMs), millis(f.AtMs))
		if f.Script != nil || f.Function != nil {
			text += ", " + millis(f.ScriptMs) + " of it in " + strings.Join(strings.Fields(said(f.Function)+" "+file(f.Script)), " of ")
		}
		all = append(all, cause{"blocking", "", text, said(f.Script)})
	}
	return all
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// file is the last part of an address's path, which is what people call it.
func file(address *string) string {
	bare, _, _ := strings.Cut(said(address), "?")
	if base := path.Base(bare); base != "." && base != "/" {
		return base
	}
	return said(address)
}
