package main

import (
	"context"
	"time"

	"samui/internal/config"
	"samui/internal/slack"
)

// slackLimit is how long Slack may take to answer.
const slackLimit = 10 * time.Second

// examineSlack asks Slack whether it would take messages, in the installation's
// channels and in those of its sites. It posts nothing. Its absence is no
// ailment of Samui's: what is to be told waits.
func examineSlack(ctx context.Context, s config.Settings) []finding {
	if s.Slack == nil {
		return []finding{{fine, "slack", "off: incidents are shown on the page only", ""}}
	}
	sender, err := slack.New(slack.Options{
		Token: s.Slack.Token, Webhook: s.Slack.Webhook, Channel: s.Slack.Channel, Ops: s.Slack.Ops, Mention: s.Slack.Mention, APIURL: s.Slack.APIURL,
		Memory: nothingTold{}, Notice: nothingToTell, Timeout: slackLimit,
	})
	if err != nil {
		return []finding{{broken, "slack", err.Error(), hintOf(err)}}
	}
	defer sender.Close()
	var channels []string
	for _, site := range s.Sites {
		if site.Slack != "" {
			channels = append(channels, site.Slack)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, slackLimit)
	defer cancel()
	if err := sender.Check(ctx, channels...); err != nil {
		return []finding{{doubts, "slack", err.Error(), hintOf(err)}}
	}
	where := "through its webhook"
	if s.Slack.Webhook.IsZero() {
		where = "in " + s.Slack.Channel
	}
	return []finding{{fine, "slack", "takes messages " + where, ""}}
}

// nothingTold is a memory for somebody who tells nothing.
type nothingTold struct{}

func (nothingTold) Thread(context.Context, string) (slack.Thread, bool, error) {
	return slack.Thread{}, false, nil
}
func (nothingTold) Threads(context.Context, string) ([]slack.Thread, error) { return nil, nil }
func (nothingTold) Keep(context.Context, slack.Thread) error                { return nil }

func nothingToTell(context.Context, string) (slack.Notice, bool, error) {
	return slack.Notice{}, false, nil
}
