// The support chat: a message goes out, an answer comes back, nothing reloads.
"use strict";
{
  const chat = document.querySelector(".chat");
  const log = chat.querySelector(".log");
  const typing = chat.querySelector(".typing");
  const form = chat.querySelector("form");
  const field = form.elements.message;

  const say = (who, text) => {
    const item = document.createElement("li");
    item.className = who;
    item.dir = "auto";
    item.textContent = text;
    log.append(item);
    log.scrollTop = log.scrollHeight;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = field.value.trim();
    if (!message) return;
    say("me", message);
    field.value = "";
    typing.hidden = false;
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams({ message }) });
      if (!response.ok) throw new Error(response.statusText);
      say("them", (await response.json()).text);
    } catch {
      say("them", form.dataset.failed);
    } finally {
      typing.hidden = true;
    }
  });
}
