// Live regions, the drawer and the keys. Without this file every link still works.
"use strict";
(() => {
  const PERIOD_MS = 4000;
  const pulse = document.getElementById("pulse");
  const drawer = document.getElementById("drawer");
  const home = location.href;
  let held = null; // a fresh table that waits until the reader lets go of the old one
  let opened = null; // id of the row whose sheet is open

  const part = (address) => {
    const url = new URL(address, location.href);
    url.searchParams.set("part", "1");
    return url;
  };

  async function fetched(address) {
    const answer = await fetch(part(address), { headers: { accept: "text/html" }, credentials: "same-origin" });
    const piece = document.createElement("template");
    piece.innerHTML = await answer.text(); // the server's own page: escaped there, and the policy bars any script
    return { ok: answer.ok, content: piece.content };
  }

  // ---- live regions -------------------------------------------------------------------------------------------
  function say(alive) {
    if (!pulse) return;
    pulse.classList.toggle("live", alive);
    const clock = new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
    pulse.textContent = alive ? `${pulse.dataset.live} ${clock}` : pulse.dataset.lost;
  }

  const rows = (root) => [...root.querySelectorAll("tbody tr[id]")];

  function markNew(region, fresh) {
    const known = new Set(rows(region).map((row) => row.id));
    if (!known.size) return;
    rows(fresh).filter((row) => !known.has(row.id)).forEach((row) => {
      row.classList.add("new");
      setTimeout(() => row.classList.remove("new"), 2000);
    });
  }

  function place(region, fresh) {
    const focus = region.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
    markNew(region, fresh);
    region.replaceWith(fresh);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }

  const busy = (region) => region.id === "transfers" && (drawer.open || region.matches(":hover"));

  function offer(region, fresh) {
    held = fresh;
    if (region.querySelector(".fresh")) return;
    const button = document.createElement("button");
    button.className = "fresh";
    button.type = "button";
    button.textContent = region.dataset.fresh;
    button.addEventListener("click", () => release());
    region.querySelector("header").after(button);
  }

  function release() {
    const region = document.getElementById("transfers");
    if (!held || !region) return;
    place(region, held);
    held = null;
  }

  const same = (one, other) => {
    const bare = (region) => {
      const copy = region.cloneNode(true);
      copy.querySelectorAll(".fresh").forEach((button) => button.remove());
      copy.querySelectorAll(".new, .here").forEach((row) => row.classList.remove("new", "here"));
      copy.querySelectorAll("[class='']").forEach((row) => row.removeAttribute("class"));
      copy.querySelectorAll("details[open]").forEach((one) => one.removeAttribute("open"));
      return copy.innerHTML;
    };
    return bare(one) === bare(other);
  };

  async function refresh() {
    if (document.hidden) return;
    try {
      const { ok, content } = await fetched(home);
      say(ok);
      if (!ok) return;
      for (const fresh of content.querySelectorAll("[data-live]")) {
        const region = document.getElementById(fresh.id);
        if (!region || same(region, fresh)) continue;
        if (busy(region)) offer(region, fresh);
        else place(region, fresh);
      }
    } catch {
      say(false);
    }
  }

  if (document.querySelector("[data-live]")) {
    say(true);
    (async function beat() {
      await new Promise((done) => setTimeout(done, PERIOD_MS));
      await refresh();
      beat();
    })();
  }

  // ---- the drawer ---------------------------------------------------------------------------------------------
  function here(id) {
    rows(document).forEach((row) => row.classList.toggle("here", row.id === id));
  }

  async function open(row) {
    const link = row.querySelector("a.row");
    opened = row.id;
    here(row.id);
    try {
      const { content } = await fetched(link.href);
      drawer.replaceChildren(content);
    } catch {
      location.assign(link.href);
      return;
    }
    if (drawer.open) history.replaceState(null, "", link.href);
    else {
      history.pushState(null, "", link.href);
      drawer.showModal();
    }
    drawer.scrollTop = 0;
    drawer.querySelector("[data-close]")?.focus();
  }

  function step(by) {
    const all = rows(document.getElementById("transfers") ?? document);
    if (!all.length) return;
    const current = opened ?? document.activeElement.closest?.("tr")?.id;
    const at = all.findIndex((row) => row.id === current);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (drawer.open) open(next);
    else next.querySelector("a.row").focus();
  }

  drawer?.addEventListener("close", () => {
    if (location.href !== home) history.back();
    drawer.replaceChildren();
    here("");
    document.getElementById(opened)?.querySelector("a.row")?.focus();
    opened = null;
  });

  addEventListener("popstate", () => {
    if (drawer?.open) drawer.close();
    else if (location.href !== home) location.reload();
  });

  document.addEventListener("click", (event) => {
    if (event.target === drawer || event.target.closest?.("dialog [data-close]")) {
      event.preventDefault();
      drawer.close();
      return;
    }
    const row = event.target.closest?.("#transfers tbody tr[id]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!row || !plain || !drawer || String(getSelection())) return;
    event.preventDefault();
    open(row);
  });

  // ---- keys ---------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const act = { "/": () => document.getElementById("search")?.focus(), j: () => step(1), k: () => step(-1) }[
      event.key.toLowerCase()
    ];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
