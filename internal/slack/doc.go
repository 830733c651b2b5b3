// Package slack tells people in Slack of incidents: one message for each,
// edited in place, with its thread for what they must not miss.
//
// The outbox gives [Sender.Send] deliveries that name an incident and nothing
// else. What is told is rendered at sending from the incident as it is then
// ([Notice]), so older revisions collapse: all deliveries of an incident in a
// batch become one telling. What was told stands in [Memory], one [Thread] for
// each incident. With a bot's token a message is edited when its incident
// changes; what is worse, back, or still so is said in its thread and shown in
// the channel too, because an edit notifies nobody. That it is over is said in
// the thread and not in the channel: it is news to those who follow it. An
// incoming webhook can only post.
//
// What is worse is so by what people last heard of, and not by what happened
// while they heard nothing ([Thread]). What is wrong with one channel or one
// message keeps nothing from the others ([Wait]).
//
// The one rule not to break: with a bot's token nothing is told twice and
// nothing is lost, wherever Samui is killed and whatever answer is missing.
// Before each post a mark is kept; where a mark is left, Slack is asked whether
// the post is there before it is made again. Where Slack may not be asked, and
// with a webhook, something may be told twice rather than not at all; it calls
// twice at most, and after some hours without an answer it is taken as told.
//
// Every text that isn't Samui's own is taken for hostile: it goes into blocks
// that Slack doesn't parse, and is tamed where it does (text.go). No message
// can be longer than Slack takes (message.go).
package slack
