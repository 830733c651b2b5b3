package browser

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/browser"

	"samui/internal/journey"
)

// permits are the origins that have been granted what the site is allowed. It
// is safe for concurrent use.
type permits struct {
	mu      sync.Mutex
	granted map[string]bool
}

func (p *permits) first(origin string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.granted == nil {
		p.granted = map[string]bool{}
	}
	known := p.granted[origin]
	p.granted[origin] = true
	return !known
}

// allowed are the permissions of the visit: who says where the customer is has
// said that the site may know.
func allowed(c journey.Conditions) []string {
	if c.Geolocation == nil || slices.Contains(c.Permissions, "geolocation") {
		return c.Permissions
	}
	return append(slices.Clone(c.Permissions), "geolocation")
}

// prompting are the permissions that a page gets by a question to the user,
// who isn't there.
func prompting() []string {
	return []string{"geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi", "window-management", "idle-detection", "local-fonts"}
}

// denyPrompts has Chrome answer no where it would ask somebody. The headless
// shell can't ask, and answers so by itself.
func (s *Session) denyPrompts(ctx context.Context) error {
	if s.process.identity.Name == nameHeadlessShell {
		return nil
	}
	for _, name := range prompting() {
		if err := s.setPermission(ctx, name, browser.PermissionSettingDenied, ""); err != nil {
			return err
		}
	}
	return nil
}

// permit grants an origin of the site's what the site is allowed, once.
func (s *Session) permit(ctx context.Context, address string) error {
	names := allowed(s.conditions)
	if len(names) == 0 || !s.site.OwnsURL(address) {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("where to grant permissions: %w", err)
	}
	origin := u.Scheme + "://" + u.Host
	if !s.permits.first(origin) {
		return nil
	}
	for _, name := range names {
		if err := s.setPermission(ctx, name, browser.PermissionSettingGranted, origin); err != nil {
			return err
		}
	}
	return nil
}

// permitDocument is permit for a document that is on its way. Chrome is told
// before its answer can be there; a tab that can't be told is thrown away.
func (s *Session) permitDocument(address string) {
	if len(allowed(s.conditions)) == 0 {
		return
	}
	s.spawn(func() { _ = s.permit(context.Background(), address) })
}

func (s *Session) setPermission(ctx context.Context, name string, setting browser.PermissionSetting, origin string) error {
	return call(ctx, s.process.chrome, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting, Origin: origin, BrowserContextID: s.context,
	})
}
