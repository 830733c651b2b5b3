// Package webhook tells a program of incidents: one signed JSON document for
// each event.
//
// What a document says is fixed when the event happens ([Encode]); it lies in
// the outbox as it will be sent, so a retry never changes it, and [Sender]
// posts it. Documents come at least once: X-Samui-Delivery, which is also in
// the document, is the same each time, and names the incident and its revision.
// One that waited may come after a newer one; the revision tells.
//
//	POST /hook HTTP/1.1
//	Content-Type: application/json
//	X-Samui-Event: opened
//	X-Samui-Delivery: 20260115t010412-3c489c6fa9/1
//	X-Samui-Signature: t=1768439400,v1=5257a869…
//
// With a secret, v1 is the HMAC-SHA256, in hexadecimal, of the time t, a full
// stop, and the body as it came. Who receives it computes the same, compares
// in constant time, and refuses a t that is more than some minutes away:
// [Verify] does that.
//
// Some texts come from visited pages as they were, such as a failure's message:
// who shows them escapes them.
//
// Any answer of 200 to 299 means that the document arrived. 429 and 503 may say
// how long to wait (Retry-After), 401, 403, 404, 407, 410 and redirects to another
// host wait until somebody acts, other
// 4xx refuse the document for ever, and everything else is tried again.
//
// The one rule not to break: the address may be its own password, and stands
// in no error; and no address of a cloud's metadata or of the local link is
// ever dialled, whatever name leads there.
package webhook
