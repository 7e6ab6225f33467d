// What does a page do beyond links and forms? Everything here is an extra: pages work without it.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.body;
  const isTyping = (target) =>
    target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type));

  // Controls that need a script are hidden without one.
  all("[data-hide],[data-shows],[data-opens],[data-prints]").forEach((one) => one.hidden = false);

  // ---- Shortcuts. The only thing kept in the browser is whether they are on. ----
  const KEYS_OFF = "intake-shortcuts-off";
  const keysOn = () => { try { return localStorage.getItem(KEYS_OFF) === null; } catch { return true; } };
  const PLACES = { t: "/", c: "/caseload", i: "/intakes", k: "/appointments", r: "/reminders" };
  let afterG = 0;

  function goTo(path) {
    const link = $(`nav a[href="${path}"]`);
    if (link) link.click();
  }

  function shortcut(event) {
    const key = event.key;
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || $("dialog[open]")) return;
    if (!keysOn()) return;
    if (Date.now() - afterG < 1500 && PLACES[key]) { afterG = 0; goTo(PLACES[key]); return; }
    if (key === "g") afterG = Date.now();
    else if (key === "/" && $("#find")) { event.preventDefault(); $("#find").focus(); }
    else if (key === "?" && $("#shortcuts")) { event.preventDefault(); openDialog("shortcuts"); }
    else if (key === "n") goTo("/intakes/new");
    else if (key === "h") hidePage(!body.classList.contains("is-hidden"));
  }

  // ---- Questionnaires: a digit answers the question and goes on to the next. ----
  function answer(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !/^[0-9]$/.test(event.key) || isTyping(event.target)) return;
    const question = event.target.closest("form[data-keys] fieldset");
    const choice = question && $(`input[value="${event.key}"]`, question);
    if (!choice) return;
    event.preventDefault();
    choice.click();
    const questions = all("fieldset", question.form || question.closest("form"));
    const next = questions[questions.indexOf(question) + 1];
    (next ? $("input", next) : $("button[type=submit]", question.closest("form"))).focus();
  }

  // ---- Lists: arrow keys go from row to row. ----
  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: keysOn() ? 1 : 0, k: keysOn() ? -1 : 0 }[event.key];
    const rows = event.target.closest("[data-rows]");
    if (!step || !rows || isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = all(":scope > * .task-body > a, :scope > tr th a", rows);
    const row = event.target.closest("[data-rows] > *");
    const at = links.findIndex((link) => row.contains(link));
    const next = links[at + step];
    if (next) { event.preventDefault(); next.focus(); }
  }

  // ---- Somebody stands at the desk, or the session has ended. ----
  let over = false;
  function hidePage(on) {
    if (!$("#cover")) return;
    if (!on && over) { openDialog("ended"); return; }
    $("#cover").hidden = !on;
    body.classList.toggle("is-hidden", on);
    all("[data-hide][aria-pressed]").forEach((one) => one.setAttribute("aria-pressed", String(on)));
    if (on) $("#cover button").focus(); else $("#main").focus();
  }

  // ---- Dialogs and menus. ----
  function openDialog(id) { const dialog = document.getElementById(id); if (dialog && !dialog.open) dialog.showModal(); }
  function closeMenus(except) { all("details.who[open],details.menu-s[open]").forEach((one) => { if (one !== except) one.open = false; }); }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-opens],[data-hide],[data-shows],[data-prints],[data-stays],[data-again]");
    closeMenus(event.target.closest("details"));
    if (!target) return;
    const data = target.dataset;
    if ("opens" in data) { closeMenus(); openDialog(data.opens); }
    if ("hide" in data) hidePage(!body.classList.contains("is-hidden"));
    if ("prints" in data) window.print();
    if ("stays" in data) stay();
    if ("again" in data) signedInAgain();
    if ("shows" in data) {
      const field = document.getElementById(data.shows), shown = field.type === "text";
      field.type = shown ? "password" : "text";
      target.textContent = shown ? "Show" : "Hide";
      target.setAttribute("aria-pressed", String(!shown));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = $("details.who[open],details.menu-s[open]");
      if (open) { open.open = false; $("summary", open).focus(); }
    }
    answer(event); move(event); shortcut(event);
  });
  const switchKeys = $("[data-keys-on]");
  if (switchKeys) {
    switchKeys.checked = keysOn();
    switchKeys.addEventListener("change", () => {
      try { if (switchKeys.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1"); } catch { /* shortcuts stay on */ }
    });
  }

  // ---- Forms: one click is one act; leaving unsaved input asks first. ----
  // A form that came back refused, or filled in with what was typed, isn't sent yet.
  let dirty = $("#summary") ? $("main form[method=post]") : null;
  let changes = 0, sending = 0, leaving = "";
  // Whoever follows a link at once isn't faster than what they answered last.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.pathname === location.pathname || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!dirty || !("keeps" in dirty.dataset) || !dirty.isConnected) return;
    event.preventDefault();
    leaving = link.href;
    dirty.dispatchEvent(new Event("keeps"));
  });
  // What htmx sends is its own affair, unless the form only saves by itself and is sent as any other.
  const isSent = (form) => form.method === "post" && (!form.hasAttribute("hx-post") || "keeps" in form.dataset);
  // A form saves itself when somebody pauses; somebody who doesn't is saved every ten seconds.
  const keptAt = new WeakMap();
  function keepNow(form) {
    if (!keptAt.has(form)) keptAt.set(form, Date.now());
    if (Date.now() - keptAt.get(form) < 10000) return;
    keptAt.set(form, Date.now());
    form.dispatchEvent(new Event("keeps"));
  }
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && isSent(form)) { dirty = form; changes += 1; }
    if (form && "keeps" in form.dataset) keepNow(form);
    count(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!isSent(form)) return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 5000) { event.preventDefault(); return; }
    form.dataset.sent = String(Date.now());
    dirty = null;
  });
  window.addEventListener("beforeunload", (event) => { if (dirty && dirty.isConnected) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey) return;
    const form = event.target.form || (event.target.closest && event.target.closest("form")) || document;
    const wanted = event.key === "Enter" ? "[data-next]" : event.key === "s" ? "[data-save]" : null;
    const button = wanted && $(wanted, form);
    if (button) { event.preventDefault(); button.form.requestSubmit(button); }
  });
  function count(field) {
    const longest = Number(field.dataset.longest || 0), note = longest && $(`[data-count="${field.id}"]`);
    if (!note) return;
    const left = longest - field.value.length;
    note.textContent = left < 0 ? `${-left} characters too many` : `${left} characters left`;
  }
  all("[data-longest]").forEach(count);

  // ---- The session: say when it will end; cover the page when it has. ----
  const idle = Number(body.dataset.idle || 0) * 1000, WARNING = 120000;
  let seen = Date.now();
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("intake-session") : null;
  const touched = (tell = true) => {
    seen = Date.now();
    if ($("#idle")) $("#idle").hidden = true;
    if (tell && tabs) tabs.postMessage("seen");
  };
  if (tabs) tabs.onmessage = () => touched(false);
  async function stay() {
    const answer = await fetch(body.dataset.stay, { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer && answer.status === 204) { touched(); return true; }
    if (answer) ended();
    return false;
  }
  function ended() {
    if (over) return;
    over = true;
    if ($("#idle")) $("#idle").hidden = true;
    // A board that refreshes itself kept the session open on the server: it ends with the page.
    if ($("[data-polls]")) { $("form[action='/sign-out']").submit(); return; }
    if (!dirty && !$("form[data-keeps]")) { window.location.assign(body.dataset.signIn); return; }
    $("#cover").hidden = false;
    body.classList.add("is-hidden");
    openDialog("ended");
  }
  // Nothing but signing in again uncovers the page.
  if ($("#ended")) $("#ended").addEventListener("close", () => { if (over) openDialog("ended"); });
  async function signedInAgain() {
    if (!await stay()) { $("#ended p").textContent = "You are not signed in yet, or not at your site. Go on in the other tab, then come back."; return; }
    over = false;
    $("#ended").close();
    hidePage(false);
    all("form[data-keeps]").forEach((form) => form.dispatchEvent(new Event("change", { bubbles: true })));
  }
  function watch() {
    const left = idle - (Date.now() - seen);
    if (left <= 0) { ended(); return; }
    $("#idle").hidden = left > WARNING;
    $("[data-left]").textContent = left > 60000 ? "2 minutes" : `${Math.max(10, Math.ceil(left / 10000) * 10)} seconds`;
  }
  if (idle && $("#idle")) { touched(); setInterval(watch, 1000); }

  // ---- htmx: what goes wrong is said, and nothing typed is lost. ----
  const status = (text) => { const line = $("#saved"); if (line) line.textContent = text; };
  function toast(text) {
    const box = $("#toast");
    if (!box) return;
    box.textContent = text; box.hidden = false;
    setTimeout(() => { box.hidden = true; }, 8000);
  }
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.matches("form[data-keeps]")) { status("Saving"); sending = changes; } });
  // What refreshes by itself never moves the focus or what is under the pointer, and is nobody's sign of life.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const board = event.target.closest("[data-polls]");
    if (board && (over || document.hidden || board.contains(document.activeElement) || $("li:hover", board))) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // What asked may have been replaced by the answer: `detail.elt` is then something around it.
    const asked = event.detail.requestConfig.elt;
    if (event.detail.successful && !("polls" in asked.dataset)) touched();
    // Saved by itself: leaving loses nothing, unless something was changed since.
    if (!asked.matches("form[data-keeps]")) return;
    if (!event.detail.successful) leaving = "";
    else if (sending === changes) { dirty = null; if (leaving) location.assign(leaving); }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const code = event.detail.xhr.status;
    if (code === 401) { dirty = dirty || $("form[data-keeps]"); status("Not saved: you are signed out"); ended(); return; }
    status("Not saved");
    toast(code === 412 ? "Somebody else changed this first. Load the page again to see it."
      : code === 429 ? "Too many tries. Wait a moment." : "That did not work; nothing was saved. Try again.");
  });
  document.addEventListener("htmx:sendError", (event) => {
    status("Not saved: no connection. Trying again");
    const source = event.detail.elt;
    if (source.closest("[data-keeps]")) setTimeout(() => source.dispatchEvent(new Event("change", { bubbles: true })), 5000);
    else toast("No connection. Try again.");
  });

  // ---- A page from before is never shown after signing out. ----
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  const first = $("[data-focus]");
  if (first) first.focus();
})();
