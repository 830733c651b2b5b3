package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	api "github.com/slack-go/slack"
)

// Check reports whether what the settings say will work, as far as that can be
// found out without posting: the token and what it may do, and the channels,
// those that sites have of their own included. An error has a Hint; where it is
// an [*Error] that is Optional, messages pass all the same.
func (s *Sender) Check(ctx context.Context, sites ...string) error {
	if s.hook != nil {
		return s.hook.check(ctx)
	}
	return s.bot.check(ctx, slices.Compact(append([]string{s.o.Channel, s.o.Ops}, sites...)))
}

// check sends a message without anything in it: a webhook that works refuses it.
func (h *hook) check(ctx context.Context) error {
	err := h.send(ctx, struct{}{})
	if err != nil && meansOf(err) == badForm {
		return nil
	}
	return err
}

// check looks for the worst first.
func (b *bot) check(ctx context.Context, channels []string) error {
	var me *api.AuthTestResponse
	err := b.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		me, err = b.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	scopes := strings.FieldsFunc(me.Header.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	may := func(any ...string) bool {
		return len(scopes) == 0 || slices.ContainsFunc(any, func(s string) bool { return slices.Contains(scopes, s) })
	}
	if !may("chat:write") {
		return missing("chat:write", "nothing can be posted", false)
	}
	hidden, err := b.checkChannels(ctx, channels, may("chat:write.public") && len(scopes) > 0, me.User)
	if err != nil {
		return err
	}
	const lost = "a message whose answer was lost may be told twice"
	switch {
	case !may("channels:history", "groups:history"):
		return missing("channels:history", lost, true)
	case hidden && !may("channels:read"):
		return missing("channels:read", lost+" where the channel is given by its name", true)
	case hidden:
		return missing("groups:read", lost+" where a private channel is given by its name", true)
	case !may("files:write"):
		return missing("files:write", "there are no pictures", true)
	}
	return nil
}

func missing(scope, so string, optional bool) *Error {
	return &Error{
		Method: "auth.test", Code: "missing_scope", Optional: optional, meaning: shut,
		Text: fmt.Sprintf("the Slack app may not %s: %s", scope, so),
		hint: fmt.Sprintf("add the scope %s to the Slack app and install it again", scope),
	}
}

// checkChannels looks for channels among those that the bot is in. hidden says
// that there are names of which it may not see whose they are. anywhere says that it may post in public
// ones without being there.
func (b *bot) checkChannels(ctx context.Context, channels []string, anywhere bool, me string) (hidden bool, err error) {
	if len(channels) == 0 {
		return false, nil
	}
	in, some, err := b.memberOf(ctx, channels[0])
	if e, ok := errors.AsType[*Error](err); ok && e.meaning == unreadable {
		in, some, err = nil, true, nil
	}
	if err != nil {
		return false, err
	}
	for _, channel := range channels {
		there := slices.ContainsFunc(in, func(c api.Channel) bool { return c.ID == channel || "#"+c.Name == channel })
		if there || some {
			hidden = hidden || !there && strings.HasPrefix(channel, "#")
			continue
		}
		return false, &Error{
			Method: "users.conversations", Channel: channel, Code: "not_in_channel", Optional: anywhere, meaning: shutHere,
			Text: "the bot is not in this channel", hint: fmt.Sprintf("type /invite @%s in %s; is there such a channel?", cut(tidy(me, 40), 40), channel),
		}
	}
	return hidden, nil
}
