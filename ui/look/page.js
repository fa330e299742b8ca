// What the browser itself has to do: start events, move between rooms, scroll, keep what lies open, copy.
// Everything that is shown comes from the server as HTML that is escaped there.
window.wenju = (() => {
  'use strict';
  const unfolded = new Set(); // data-key of every <details> that lies open
  let cameFrom = null; // what had the focus before an article was opened
  let closeArticle = null;
  let closeHistory = null;

  function attach(element, trigger, watch, name, events) {
    element.addEventListener('click', (event) => {
      const summary = event.target.closest('summary');
      if (summary) remember(summary.parentElement);
      const button = event.target.closest('button');
      if (!button) return;
      const data = button.dataset;
      if (data.do && events.includes(data.do)) {
        trigger(data.do, {...data, at: document.body.dataset.room, ...(data.do === 'save' ? typed(element) : {})});
      }
      if (data.room) enter(data.room);
      if (data.theme) toggleTheme();
      if (data.copy) copy(button);
      if (data.jump) document.getElementById('sources').scrollIntoView({behavior: gently()});
    });
    element.addEventListener('change', (event) => {
      const say = event.target.dataset.say;
      if (say && events.includes(say)) trigger(say, {...event.target.dataset, value: event.target.value});
      const field = event.target.dataset.choose;
      if (!field || !event.target.value) return;
      trigger('choose', {field, value: event.target.value});
      event.target.value = '';
    });
    if (name === 'reader') closeArticle = () => trigger('close', {});
    if (name === 'history') closeHistory = () => trigger('shut', {});
    if (events.includes('entered')) entered[element.closest('.room').id.slice(5)] = () => trigger('entered', {});
    const after = AFTER[name];
    const settle = () => {
      for (const details of element.querySelectorAll('details[data-key]'))
        details.open = unfolded.has(keyOf(details));
      if (after) after(element);
    };
    watch('value', settle);
    settle();
  }

  // who types and saves at once saves before the server has heard of what was typed
  function typed(element) {
    const fields = [...element.querySelectorAll('input[data-say]')].filter((one) => one.value !== one.defaultValue);
    return Object.fromEntries(fields.map((one) => ['typed-' + (one.dataset.field ?? one.dataset.say), one.value]));
  }

  // <details> keep their state although the server sends their HTML anew

  function keyOf(details) {
    const part = details.closest('[data-key]:not(details)');
    return (part ? part.dataset.key : '') + '/' + details.dataset.key;
  }

  function remember(details) {
    if (details.open) unfolded.delete(keyOf(details));
    else unfolded.add(keyOf(details));
  }

  // rooms

  const entered = {};
  const style = document.createElement('style');

  function enter(name) {
    if (location.hash.slice(1) === name) show();
    else location.hash = name;
  }

  function show() {
    const asked = location.hash.slice(1);
    const name = document.getElementById('room-' + asked) ? asked : 'chat';
    style.textContent = `.room{display:none!important}#room-${name}{display:flex!important}`;
    if (!style.isConnected) document.head.append(style);
    document.body.dataset.room = name;
    for (const button of document.querySelectorAll('[data-room]'))
      if (button.tagName === 'BUTTON') {
        if (button.dataset.room === name) button.setAttribute('aria-current', 'page');
        else button.removeAttribute('aria-current');
      }
    entered[name]?.();
  }
  addEventListener('hashchange', () => {
    if (closeArticle && document.querySelector('.reader')) closeArticle();
    show();
    const room = document.getElementById('room-' + document.body.dataset.room);
    (formHead(room) ?? room?.querySelector('textarea'))?.focus();
  });

  function formHead(element) {
    return element?.querySelector('.inside:has(.fixes) h3');
  }

  // what each part of the page does once it is shown anew

  let seen = '';
  let sources = '';
  let article = '';
  let listed = false;
  let correcting = false;
  let listFrom = null;
  const AFTER = {
    masthead(element) {
      const header = element.querySelector('.masthead');
      if (header) document.documentElement.lang = header.lang;
      const kept = localStorage.getItem('wenju-theme');
      if (kept) document.body.classList.toggle('dark', kept === 'dark');
      show();
    },
    conversation(element) {
      const last = element.querySelector('.turn:last-child');
      const now = last ? element.querySelectorAll('.turn').length + last.lastElementChild.className : '';
      if (last && now !== seen) last.scrollIntoView({block: last.offsetHeight < innerHeight * 0.6 ? 'end' : 'start'});
      seen = now;
    },
    sources(element) {
      const key = element.querySelector('[data-key]')?.dataset.key;
      if (key !== sources) element.closest('#sources').scrollTop = 0;
      sources = key;
    },
    history(element) {
      const section = element.querySelector('.talks');
      if (section && !listed) {
        listFrom = document.activeElement;
        section.querySelector('h2').focus();
      }
      if (!section && listed && listFrom?.isConnected) listFrom.focus({preventScroll: true});
      listed = Boolean(section);
      section?.querySelector('.renaming input')?.select();
    },
    'manage-view'(element) {
      const head = formHead(element);
      if (head && !correcting) head.focus();
      correcting = Boolean(head);
    },
    'passages-found': toTop,
    'quote-found': toTop,
    reader(element) {
      const section = element.querySelector('.reader');
      document.body.classList.toggle('reading', Boolean(section));
      const key = section?.dataset.key ?? '';
      if (section && key !== article) opened(section);
      if (!section && article) {
        if (cameFrom?.isConnected) cameFrom.focus({preventScroll: true});
        cameFrom = null;
      }
      article = key;
    },
  };

  function toTop(element) {
    element.closest('.room').scrollTop = 0;
  }

  function opened(section) {
    const inside = section.contains(document.activeElement);
    if (!inside && !article) cameFrom = document.activeElement;
    for (const details of section.querySelectorAll('details[open]')) {
      unfolded.delete(keyOf(details));
      details.open = false;
    }
    const stays = inside && document.activeElement.closest('.steps') && !document.activeElement.disabled;
    if (!stays) section.querySelector('h2').focus({preventScroll: true});
    const body = section.querySelector('.fulltext');
    const mark = section.querySelector('mark.here') ?? section.querySelector('.here');
    if (!body) return;
    const aim = () => {
      if (!mark) body.scrollTop = 0;
      else body.scrollTop += mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
    };
    aim();
    document.fonts?.ready.then(aim);
  }

  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (closeHistory && document.querySelector('.talks')) closeHistory();
    else if (closeArticle && document.querySelector('.reader')) closeArticle();
  });

  // words selected within one paragraph of the open article can be taken as the answer
  document.addEventListener('selectionchange', () => {
    const button = document.querySelector('.reader button.mark');
    if (!button) return;
    const chosen = getSelection();
    const part = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.('.reader [data-p]');
    const home = chosen.isCollapsed ? null : part(chosen.anchorNode);
    button.disabled = !home || home !== part(chosen.focusNode);
    if (button.disabled) return;
    button.dataset.p = home.dataset.p;
    button.dataset.words = chosen.toString();
  });

  // small services

  function gently() {
    return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
  }

  function toggleTheme() {
    const dark = document.body.classList.toggle('dark');
    localStorage.setItem('wenju-theme', dark ? 'dark' : 'light');
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // without https a browser lends no clipboard: select the text the old way
      const area = document.createElement('textarea');
      area.value = text;
      area.style.cssText = 'position:fixed;opacity:0';
      button.after(area);
      area.select();
      document.execCommand('copy');
      area.remove();
      button.focus();
    }
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => (button.textContent = said), 1600);
  }

  function announce(text) {
    let live = document.getElementById('live');
    if (!live) {
      live = document.createElement('div');
      live.id = 'live';
      live.setAttribute('role', 'status');
      document.body.append(live);
    }
    live.textContent = '';
    setTimeout(() => (live.textContent = text), 50);
  }

  return {attach, announce, enter};
})();
