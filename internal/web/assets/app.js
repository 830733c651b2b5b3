// Keeps a page fresh, and says times in the reader's own. Every page works
// without it.
"use strict";

// Times: the server says them in UTC.

const two = (n) => String(n).padStart(2, "0");

function exactly(at, seconds) {
	const minute = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
	return seconds ? `${minute}:${two(at.getSeconds())}` : minute;
}

// ago uses the words of the server.
function ago(at) {
	const s = Math.floor((Date.now() - at - skew) / 1000);
	if (s < 5) return "just now";
	if (s < 60) return `${s} s ago`;
	if (s < 3600) return `${Math.floor(s / 60)} min ago`;
	if (s < 2 * 86400) return `${Math.floor(s / 3600)} h ago`;
	return `${Math.floor(s / 86400)} d ago`;
}

// skew is how far this machine's clock is ahead of the server's.
let skew = 0;

function setSkew(doc) {
	const asOf = doc.querySelector("#as-of time");
	if (asOf) skew = Date.now() - new Date(asOf.dateTime);
}

function tellTimes(root) {
	for (const time of root.querySelectorAll("time")) {
		const at = new Date(time.dateTime);
		if (time.classList.contains("ago")) {
			time.title = exactly(at, true);
			time.textContent = ago(at);
		} else {
			time.textContent = exactly(at, time.classList.contains("second"));
		}
	}
	for (const text of root.querySelectorAll("text[data-time]")) {
		const at = new Date(text.dataset.time);
		text.textContent = text.dataset.form === "date"
			? at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })
			: `${two(at.getHours())}:${two(at.getMinutes())}`;
	}
}

function tick() {
	for (const time of document.querySelectorAll("time.ago")) {
		const words = ago(new Date(time.dateTime));
		if (time.textContent !== words) time.textContent = words;
	}
}

// Freshness: a finished run makes the page be read again, and what changed is
// put in the place of what was there.

const live = document.getElementById("live");
const restMs = 5000; // between two readings, at least
let due = false; // something changed since the last reading
let reading = false;
let rest = restMs;

function say(words, away) {
	if (live.textContent !== words) live.textContent = words;
	live.classList.toggle("away", away);
	live.hidden = false;
}

// busy: somebody is writing into the page, or marking some of it.
function busy() {
	const main = document.getElementById("main");
	const at = document.activeElement;
	if (at && at.matches("input") && main.contains(at)) return true;
	if ([...main.querySelectorAll("input")].some((field) => field.value !== field.defaultValue)) return true;
	const marked = document.getSelection();
	return !marked.isCollapsed && main.contains(marked.anchorNode);
}

async function refresh() {
	if (reading || !due || document.hidden || busy()) return;
	reading = true;
	due = false;
	const began = performance.now();
	try {
		const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
		if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
	} catch {
		due = true; // the events will tell when the server is back
	}
	// A page that takes long to make is made seldom.
	rest = Math.max(restMs, 20 * (performance.now() - began));
	setTimeout(() => {
		reading = false;
		refresh();
	}, rest);
}

// swap puts in what is new, part by part: what stays the same keeps its state.
function swap(fresh) {
	setSkew(fresh);
	for (const id of ["main", "pages", "as-of"]) {
		const old = document.getElementById(id);
		const now = fresh.getElementById(id);
		if (!old || !now) continue;
		const focus = pathTo(old, document.activeElement);
		tellTimes(now);
		mend(old, now);
		const again = focus && follow(old, focus);
		if (again && again !== document.activeElement) again.focus({ preventScroll: true });
	}
}

// mend makes old be as now. Elements that don't differ are left alone.
function mend(old, now) {
	if (old.isEqualNode(now)) return;
	const same = old.children.length === now.children.length && old.children.length > 0 && !old.closest("svg") &&
		[...old.children].every((child, i) => child.localName === now.children[i].localName && child.id === now.children[i].id) &&
		ownText(old) === ownText(now);
	if (!same) {
		old.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
	} else {
		[...old.children].forEach((child, i) => mend(child, now.children[i]));
	}
	for (const { name } of [...old.attributes]) {
		if (!now.hasAttribute(name) && name !== "open") old.removeAttribute(name);
	}
	for (const { name, value } of now.attributes) {
		if (old.getAttribute(name) !== value) old.setAttribute(name, value);
	}
}

const ownText = (el) => [...el.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data.trim() : "\u0000")).join("");

// pathTo is the way from an element down to another; null where there is none.
function pathTo(root, el) {
	if (!el || el === root || !root.contains(el)) return null;
	const path = [];
	for (; el !== root; el = el.parentNode) path.unshift([...el.parentNode.children].indexOf(el));
	return path;
}

function follow(root, path) {
	for (const i of path) root = root && root.children[i];
	return root;
}

let events = null; // while somebody looks: a browser has few connections for all its tabs

function listen() {
	if (events || document.hidden) return;
	events = new EventSource("/api/events");
	let away;
	events.onopen = () => {
		clearTimeout(away);
		if (!live.hidden) due = true; // what came meanwhile was missed
		say("live", false);
		refresh();
	};
	events.addEventListener("run", () => {
		due = true;
		refresh();
	});
	events.onerror = () => {
		clearTimeout(away);
		away = setTimeout(() => say("reconnecting", true), live.hidden ? 0 : 4000);
		if (events && events.readyState === EventSource.CLOSED) {
			events = null;
			setTimeout(listen, 10000);
		}
	};
}

function leave() {
	if (events) events.close();
	events = null;
}

setSkew(document);
tellTimes(document);
for (const zone of document.querySelectorAll(".times")) zone.hidden = true;
setInterval(tick, 10000);
document.addEventListener("focusout", () => setTimeout(refresh, 0));
if ("live" in document.body.dataset) {
	listen();
	document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
	addEventListener("pagehide", leave);
	addEventListener("pageshow", listen);
}
