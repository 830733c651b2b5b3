package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"

	"samui/internal/journey"
)

// maxClosedHosts is how many elements with closed roots a hint names.
const maxClosedHosts = 3

// hintClosed says, of a failure that found nothing, that the page has closed
// shadow roots: what stands in one can't be seen from outside, whoever looks.
func (st *step) hintClosed(ctx context.Context, f *Failure) *Failure {
	if f.Kind != journey.KindTarget && f.Kind != journey.KindExpectation {
		return f
	}
	deep, pierce := int64(-1), true
	// Chrome's own view of the document is dear: it is asked for only here, and
	// a page that can't give it in time has no hint.
	page, err := cdp.Call(ctx, st.target(), dom.GetDocument, dom.GetDocumentParams{Depth: &deep, Pierce: &pierce})
	if err != nil || page.Root == nil {
		return f
	}
	defer func() { _ = call(ctx, st.target(), dom.Disable, cdp.Empty{}) }()
	hosts := closedHosts(page.Root, nil)
	if len(hosts) == 0 {
		return f
	}
	hint := fmt.Sprintf("%s has a closed shadow root, which nobody can look into from outside: its makers have to open it (mode: \"open\") or say what it shows in the page", strings.Join(hosts, ", "))
	if f.Hint != "" {
		hint = f.Hint + "; " + hint
	}
	f.Hint = hint
	return f
}

// closedHosts are the first elements of a page that have closed roots.
func closedHosts(n *cdp.Node, found []string) []string {
	for _, root := range n.ShadowRoots {
		if name := "<" + strings.ToLower(n.NodeName) + ">"; root.ShadowRootType == cdp.ShadowRootTypeClosed && len(found) < maxClosedHosts && !slices.Contains(found, name) {
			found = append(found, name)
		}
		found = closedHosts(root, found)
	}
	for _, child := range n.Children {
		found = closedHosts(child, found)
	}
	return found
}
