// What the page can't do without the browser. It asks its own site for form.json, and nobody else for anything.
'use strict';
(() => {
  const root = document.documentElement;
  const element = id => document.getElementById(id);
  let stored = window.localStorage;
  try {
    stored.getItem('rayquest.dark');
  } catch {
    stored = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }

  const theme = dark => {
    root.dataset.theme = dark ? 'dark' : 'light';
    element('ant-light').media = dark ? 'not all' : 'all';
    element('ant-dark').media = dark ? 'all' : 'not all';
  };
  const prefersDark = () => window.matchMedia('(prefers-color-scheme: dark)').matches;
  const kept = stored.getItem('rayquest.dark');
  theme(kept === null ? prefersDark() : kept === 'yes');
  const chinese = (stored.getItem('rayquest.language') ?? navigator.language).toLowerCase().startsWith('zh');
  root.lang = chinese ? 'zh-CN' : 'en';

  window.rayquest = {
    data: async () => {
      try {
        const answer = await fetch('form.json', { cache: 'no-cache' });
        return answer.ok ? await answer.text() : null;
      } catch {
        return null;
      }
    },
    kept: key => stored.getItem(key),
    keep: (key, value) => {
      try {
        if (value === null) stored.removeItem(key);
        else stored.setItem(key, value);
      } catch {
        // The browser keeps nothing for this site, or no more than it has: the draft is on the page all the same.
      }
    },
    hash: () => location.hash,
    address: () => location.href.split('#')[0],
    clearHash: () => history.replaceState(null, '', location.pathname + location.search),
    watchHash: state => window.addEventListener('hashchange', () => state.invokeMethodAsync('HashChanged')),
    copy: async text => {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        const area = document.createElement('textarea');
        area.value = text;
        document.body.append(area);
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        return done;
      }
    },
    download: (name, text) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    save: async text => {
      try {
        const answer = await fetch('save', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: text,
        });
        return `${answer.status} ${await answer.text()}`;
      } catch (fault) {
        return `0 ${fault.message}`;
      }
    },
    language: () => navigator.language,
    prefersDark,
    show: (dark, language) => {
      theme(dark);
      root.lang = language;
    },
    caret: id => element(id)?.selectionStart ?? 0,
    select: (id, start, end) => {
      const area = element(id);
      if (!area) return;
      area.focus();
      area.setSelectionRange(start, end);
      const line = area.value.slice(0, start).split('\n').length;
      const height = parseFloat(getComputedStyle(area).lineHeight);
      const box = area.closest('.editor-scroll');
      if (box) box.scrollTop = Math.max(0, (line - 4) * height);
      area.closest('.pane')?.scrollIntoView({ block: 'nearest' });
    },
    open: url => window.open(url, '_blank', 'noopener,noreferrer'),
    ready: () => {
      root.dataset.ready = 'yes';
      performance.mark('rayquest-ready');
      if ('serviceWorker' in navigator && location.protocol.startsWith('http')) {
        navigator.serviceWorker
          .register('service-worker.js')
          .then(() => navigator.serviceWorker.ready)
          .then(worker => {
            const own = performance
              .getEntriesByType('resource')
              .map(entry => entry.name.split('#')[0])
              .filter(url => url.startsWith(document.baseURI));
            worker.active?.postMessage([...new Set([document.baseURI, ...own])]);
          })
          .catch(() => {});
      }
    },
  };
})();
