package slack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"
)

const (
	eventType = "samui_incident" // of the metadata by which a post of ours is found

	// A post is looked for among what came since this long before it was begun:
	// the clocks of Slack and of this machine may differ.
	skew      = 10 * time.Minute
	pageSize  = 200
	mostPages = 10
)

// metadata is what a post is found by.
func metadata(t *Thread, part string) api.MsgOption {
	return api.MsgOptionMetadata(api.SlackMetadata{
		EventType:    eventType,
		EventPayload: map[string]any{"incident_id": t.ID, "part": part},
	})
}

// clear finds out what became of a post that was begun. It returns without an
// error once that is known, or as well known as it will be.
func (b *bot) clear(ctx context.Context, t *Thread) error {
	p := t.Posting
	if p == nil {
		return nil
	}
	id, ts, err := b.find(ctx, t, *p)
	switch {
	case err != nil && meansOf(err) == unreadable:
		b.once.warn(err, "Samui may not look whether a message whose answer was lost is there; it may be told twice")
		t.Posting = nil
	case err != nil:
		return err
	case ts != "":
		t.told(*p, id, ts)
	default:
		until := p.Until
		if p.At.Before(b.born) && b.born.Before(until) {
			until = b.born // whoever made it is dead
		}
		if rest := time.Until(until) + b.settle; rest > 0 {
			return &Error{
				Method: "chat.postMessage", Channel: t.Channel, meaning: unsettled, RetryAfter: min(rest, 2*b.timeout+b.settle),
				Text: "no answer came, and the message isn't there yet",
			}
		}
		t.Posting = nil
	}
	return b.keep(ctx, t)
}

// find looks for a post by its metadata; without a ts it isn't there.
func (b *bot) find(ctx context.Context, t *Thread, p Posting) (id, ts string, err error) {
	is := func(m api.Message) bool {
		return m.Metadata.EventType == eventType && m.Metadata.EventPayload["incident_id"] == t.ID && m.Metadata.EventPayload["part"] == p.Part
	}
	if !p.Root {
		m, err := b.findReply(ctx, t, p.At, is)
		return t.ChannelID, m.Timestamp, err
	}
	id, err = b.channelID(ctx, t)
	if err != nil {
		return "", "", err
	}
	parameters := api.GetConversationHistoryParameters{ChannelID: id, Oldest: oldest(p.At), Limit: pageSize, IncludeAllMetadata: true}
	for range mostPages {
		var page *api.GetConversationHistoryResponse
		err := b.look(ctx, "conversations.history", t.Channel, func(ctx context.Context) (err error) {
			page, err = b.api.GetConversationHistoryContext(ctx, &parameters)
			return err
		})
		if err != nil {
			return "", "", err
		}
		for _, m := range page.Messages {
			if is(m) {
				return id, m.Timestamp, nil
			}
		}
		if parameters.Cursor = page.ResponseMetaData.NextCursor; parameters.Cursor == "" {
			break
		}
	}
	return id, "", nil
}

// findReply looks through the thread of a message; none is the zero value. A
// message that is gone has no replies.
func (b *bot) findReply(ctx context.Context, t *Thread, since time.Time, is func(api.Message) bool) (api.Message, error) {
	parameters := api.GetConversationRepliesParameters{ChannelID: t.ChannelID, Timestamp: t.TS, Oldest: oldest(since), Limit: pageSize, IncludeAllMetadata: true}
	for range mostPages {
		var page []api.Message
		err := b.look(ctx, "conversations.replies", t.Channel, func(ctx context.Context) (err error) {
			page, _, parameters.Cursor, err = b.api.GetConversationRepliesContext(ctx, &parameters)
			return err
		})
		if err != nil && meansOf(err) == vanished {
			break
		}
		if err != nil {
			return api.Message{}, err
		}
		for _, m := range page {
			if is(m) {
				return m, nil
			}
		}
		if parameters.Cursor == "" {
			break
		}
	}
	return api.Message{}, nil
}

// look makes a request that only reads. That it isn't allowed doesn't mean that
// posting isn't.
func (b *bot) look(ctx context.Context, method, channel string, do func(context.Context) error) error {
	err := b.call(ctx, method, channel, do)
	switch e, ok := err.(*Error); { //nolint:errorlint // call returns it bare
	case !ok:
		return err
	case e.Code == "missing_scope" || e.Code == "no_permission" || e.Code == "access_denied" || e.meaning == shutHere:
		e.meaning, e.Optional = unreadable, true
		e.hint = "add the scopes channels:history and channels:read to the Slack app (for private channels groups:history and groups:read), install it again, and invite the bot"
	case e.meaning == badForm:
		e.meaning = unreadable
	}
	return err
}

// oldest is where to begin looking for what was begun at a time.
func oldest(at time.Time) string { return fmt.Sprintf("%d.000000", at.Add(-skew).Unix()) }

// channelIDs are the ids of channels that are known by name. It is safe for
// concurrent use.
type channelIDs struct {
	mu sync.Mutex
	id map[string]string // by the channel as configured
}

func (c *channelIDs) learn(channel, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id == nil {
		c.id = map[string]string{}
	}
	c.id[channel] = id
}

func (c *channelIDs) of(channel string) string {
	if !strings.HasPrefix(channel, "#") {
		return channel
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id[channel]
}

// channelID is what Slack wants where something is looked for: the id of a
// thread's channel, as an answer said it or as the list of the bot's channels
// does.
func (b *bot) channelID(ctx context.Context, t *Thread) (string, error) {
	if t.ChannelID != "" {
		return t.ChannelID, nil
	}
	if id := b.ids.of(t.Channel); id != "" {
		return id, nil
	}
	others, err := b.memory.Threads(ctx, t.Site)
	if err != nil {
		return "", fmt.Errorf("reading what was told about %q: %w", t.Site, err)
	}
	for _, o := range others {
		if o.Channel == t.Channel && o.ChannelID != "" {
			return o.ChannelID, nil
		}
	}
	channels, _, err := b.memberOf(ctx, t.Channel)
	if err != nil {
		return "", err
	}
	for _, c := range channels {
		if "#"+c.Name == t.Channel {
			b.ids.learn(t.Channel, c.ID)
			return c.ID, nil
		}
	}
	return "", &Error{
		Method: "users.conversations", Channel: t.Channel, meaning: unreadable, Optional: true,
		Text: "the bot is not in " + t.Channel, hint: "type /invite @samui in " + t.Channel + ", with the bot's own name",
	}
}

// memberOf are the channels that the bot is in; some says that there may be
// private ones that it may not see.
func (b *bot) memberOf(ctx context.Context, channel string) (all []api.Channel, some bool, err error) {
	parameters := api.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, Limit: pageSize, ExcludeArchived: true}
	list := func(ctx context.Context) error {
		page, cursor, err := b.api.GetConversationsForUserContext(ctx, &parameters)
		all, parameters.Cursor = append(all, page...), cursor
		return err
	}
	err = b.look(ctx, "users.conversations", channel, list)
	if err != nil && meansOf(err) == unreadable {
		some, parameters.Types = true, parameters.Types[:1]
		err = b.look(ctx, "users.conversations", channel, list)
	}
	for range mostPages {
		if err != nil || parameters.Cursor == "" {
			break
		}
		err = b.look(ctx, "users.conversations", channel, list)
	}
	return all, some, err
}
