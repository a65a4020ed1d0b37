// The conversation on the chat page: sends each question to every model that is shown, and writes the answers as they come.
"use strict";
(() => {
  const chat = document.getElementById("chat");
  const form = document.getElementById("chat-form");
  if (!chat || !form) return;
  const field = (name) => document.getElementById(`chat-${name}`);
  const words = chat.dataset;
  // A model whose chat is stopped has no log and is not asked.
  const panes = [...chat.querySelectorAll(".chat-pane:has(.chat-log)")].map((element) => ({
    model: element.dataset.model,
    name: element.dataset.name,
    badge: element.querySelector(".badge"),
    why: element.querySelector(".chat-why"),
    log: element.querySelector(".chat-log"),
    turns: [],
  }));
  let under = null;
  form.hidden = false;

  const say = (pane, who, text) => {
    const item = document.createElement("div");
    item.className = `chat-turn chat-${who}`;
    const name = document.createElement("strong");
    name.textContent = who === "user" ? words.you : pane.name;
    const body = document.createElement("p");
    body.textContent = text;
    item.append(name, body);
    pane.log.append(item);
    pane.log.scrollTop = pane.log.scrollHeight;
    return body;
  };

  const awake = (pane) => {
    pane.badge.dataset.tone = "good";
    pane.badge.textContent = words.ready;
    // Why it was not ready is no longer true.
    pane.why?.remove();
  };

  const request = (pane) => {
    const system = field("system").value.trim();
    const temperature = field("temperature").valueAsNumber;
    const most = field("most").valueAsNumber;
    return {
      model: pane.model,
      stream: true,
      messages: [...(system ? [{ role: "system", content: system }] : []), ...pane.turns],
      ...(Number.isFinite(temperature) ? { temperature } : {}),
      ...(Number.isFinite(most) ? { max_tokens: most } : {}),
    };
  };

  // Server-sent events, each a line of JSON; the last says [DONE].
  const pieces = async function* (response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
        const event = JSON.parse(line.slice(6));
        if (event.error) throw new Error(event.error.message);
        yield event.choices?.[0]?.delta?.content ?? "";
      }
    }
  };

  const failure = async (response) => {
    try {
      return (await response.json()).error.message;
    } catch {
      return `${words.failed} (${response.status})`;
    }
  };

  const answer = async (pane, signal) => {
    const body = say(pane, "assistant", words.waking);
    body.ariaBusy = "true";
    let text = "";
    try {
      const response = await fetch("/v1/chat/completions", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": document.querySelector("meta[name=csrf]")?.content ?? "" },
        body: JSON.stringify(request(pane)),
        signal,
      });
      if (!response.ok) throw new Error(await failure(response));
      for await (const piece of pieces(response)) {
        if (!piece) continue;
        if (!text) awake(pane);
        text += piece;
        body.textContent = text;
        pane.log.scrollTop = pane.log.scrollHeight;
      }
      body.textContent = text;
      window.aifactory?.announce(`${pane.name}: ${text}`);
    } catch (error) {
      const note = document.createElement("p");
      note.className = "error";
      note.textContent = error.name === "AbortError" ? words.stopped : error.message || words.failed;
      body.textContent = text;
      body.after(note);
      window.aifactory?.announce(`${pane.name}: ${note.textContent}`);
    } finally {
      body.ariaBusy = null;
    }
    // What was not answered is not part of the conversation.
    if (text) pane.turns.push({ role: "assistant", content: text });
    else pane.turns.pop();
  };

  const send = async () => {
    const text = field("text").value.trim();
    if (!text || under) return;
    under = new AbortController();
    field("text").value = "";
    field("send").disabled = true;
    field("stop").disabled = false;
    await Promise.allSettled(
      panes.map((pane) => {
        pane.turns.push({ role: "user", content: text });
        say(pane, "user", text);
        return answer(pane, under.signal);
      }),
    );
    under = null;
    field("send").disabled = false;
    field("stop").disabled = true;
    field("text").focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") under?.abort();
    if (event.target === field("text") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  field("stop").addEventListener("click", () => under?.abort());
  field("clear").addEventListener("click", () => {
    under?.abort();
    for (const pane of panes) {
      pane.turns = [];
      pane.log.replaceChildren();
    }
    field("text").focus();
  });
})();
