// Sends files in parts (tus 1.0.0), each with its checksum, and goes on where an upload stopped: after a lost connection by itself, after
// a reload once the same file is chosen again.
"use strict";
(() => {
  const PART = 4 * 1024 * 1024;
  const MOST_RETRIES = 6;

  const form = document.querySelector("form[data-uploads]");
  const table = form.querySelector("table");
  const row = form.querySelector("template");
  const make = form.querySelector("[data-make]");
  const csrf = document.querySelector("meta[name='csrf']").content;
  const bytes = (count) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    return `${(count / 1000 ** unit).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${units[unit]}`;
  };
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRF-TOKEN": csrf };
  const queue = [];
  let busy = false;

  form.querySelector("[data-with-script]").hidden = false;
  form.querySelector("[data-without-script]").hidden = true;

  // Where an unfinished upload of this very file is remembered, by this browser.
  const key = (file) => `aifactory-upload ${form.dataset.uploads} ${path(file)} ${file.size} ${file.lastModified}`;
  const path = (file) => file.webkitRelativePath || file.name;

  const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  class Refused extends Error {}

  const ask = async (method, url, more = {}, body = undefined) => {
    const answer = await fetch(url, { method, headers: { ...headers, ...more }, body, redirect: "error" });
    if (answer.ok || answer.status === 409 || answer.status === 460) return answer;
    if (answer.status === 401 || answer.status === 403) throw new Refused(form.dataset.signedOut);
    if (answer.status >= 500) throw new Error(`${answer.status}`);
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(problem.detail ?? `${answer.status}`);
  };

  const show = (line, tone, text, offset = undefined) => {
    const badge = line.querySelector(".badge");
    badge.dataset.tone = tone;
    badge.textContent = text;
    const progress = line.querySelector("progress");
    if (progress && offset !== undefined) progress.value = offset;
  };

  // The upload's address: that of an earlier attempt where it still stands, else a new one.
  const announce = async (file) => {
    const known = localStorage.getItem(key(file));
    if (known) {
      const answer = await fetch(known, { method: "HEAD", headers, redirect: "error" });
      if (answer.ok) return { url: known, offset: Number(answer.headers.get("Upload-Offset")) };
      localStorage.removeItem(key(file));
    }
    const name = base64(new TextEncoder().encode(path(file)));
    const answer = await ask("POST", form.dataset.uploads, { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` });
    if (!answer.ok) throw new Refused((await answer.json()).detail);
    const url = answer.headers.get("Location");
    localStorage.setItem(key(file), url);
    return { url, offset: 0 };
  };

  const sendPart = async (file, url, offset) => {
    const part = await file.slice(offset, offset + PART).arrayBuffer();
    const more = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    // Browsers work checksums out only where the page itself cannot be tampered with: over TLS, or on this computer.
    if (crypto.subtle) more["Upload-Checksum"] = `sha256 ${base64(await crypto.subtle.digest("SHA-256", part))}`;
    const answer = await ask("PATCH", url, more, part);
    if (!answer.ok) throw new Error("The upload stands elsewhere");
    return Number(answer.headers.get("Upload-Offset"));
  };

  const sendAll = async (file, line) => {
    let upload;
    for (let failures = 0; ; ) {
      try {
        upload ??= await announce(file);
        adopt(line, upload.url);
        while (upload.offset < file.size) {
          show(line, "busy", form.dataset.sending, upload.offset / file.size);
          const before = upload.offset;
          upload.offset = await sendPart(file, upload.url, upload.offset);
          if (upload.offset > before) failures = 0;
        }
        return upload.url;
      } catch (failure) {
        if (failure instanceof Refused || ++failures > MOST_RETRIES) throw failure;
        show(line, "warn", form.dataset.retrying);
        await wait(500 * 2 ** failures);
        if (upload) upload = await announce(file).catch(() => upload);
      }
    }
  };

  // A page that was loaded anew lists the upload already; the new line takes its place.
  const adopt = (line, url) => {
    const id = url.split("/").pop();
    if (line.dataset.upload === id) return;
    table.querySelector(`tr[data-upload="${CSS.escape(id)}"]`)?.remove();
    line.dataset.upload = id;
    line.querySelector("button").setAttribute("formaction", `/data/${form.dataset.dataset}/uploads/${id}/remove`);
    line.querySelector("button").hidden = false;
  };

  const finish = async (file, line, url) => {
    show(line, "busy", form.dataset.checking, 1);
    const upload = await (await ask("GET", url)).json();
    localStorage.removeItem(key(file));
    line.querySelector("progress").remove();
    line.querySelector("code").textContent = upload.sha256.slice(0, 12);
    line.querySelector("code").title = upload.sha256;
    const tick = line.querySelector("input");
    tick.value = upload.id;
    tick.disabled = false;
    tick.checked = true;
    show(line, "good", form.dataset.done);
    window.aifactory.announce(`${path(file)}: ${form.dataset.done}`);
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    make.disabled = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        await finish(next.file, next.line, await sendAll(next.file, next.line));
      } catch (failure) {
        show(next.line, "bad", failure instanceof Refused ? failure.message : form.dataset.failed);
        window.aifactory.announce(`${path(next.file)}: ${form.dataset.failed}`);
      }
    }
    make.disabled = false;
    busy = false;
  };

  let lines = 0;
  const add = (files) => {
    for (const file of files) {
      const line = row.content.cloneNode(true).querySelector("tr");
      const id = `new-${++lines}`;
      line.querySelector("input").id = id;
      line.querySelector("label").htmlFor = id;
      line.querySelector("label").textContent = path(file);
      line.querySelector(".number").textContent = bytes(file.size);
      line.querySelector("progress").setAttribute("aria-label", path(file));
      line.querySelector("button").hidden = true;
      show(line, "", form.dataset.waiting);
      table.tBodies[0].append(line);
      queue.push({ file, line });
    }
    table.hidden = table.tBodies[0].rows.length === 0;
    work();
  };

  for (const input of form.querySelectorAll("input[type='file']")) {
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
  }

  const drop = form.querySelector("[data-drop]");
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
})();
