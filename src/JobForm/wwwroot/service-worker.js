// Keeps what the page was made of, for when the network is gone. Online, everything comes from the network.
'use strict';
const name = 'rayquest-form';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

// The page says what it loaded before this worker was there.
self.addEventListener('message', event => {
  const urls = Array.isArray(event.data) ? event.data.filter(url => url.startsWith(self.registration.scope)) : [];
  event.waitUntil(
    caches.open(name).then(cache =>
      Promise.all(
        urls
          .filter(url => !url.endsWith('/save'))
          .map(url => fetch(url).then(answer => (answer.ok ? cache.put(url, answer) : undefined)).catch(() => undefined)),
      ).then(() => event.source?.postMessage('kept')),
    ),
  );
});

self.addEventListener('fetch', event => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(
    fetch(request)
      .then(answer => {
        if (answer.ok) {
          const copy = answer.clone();
          event.waitUntil(caches.open(name).then(cache => cache.put(request.url.split('#')[0], copy)));
        }
        return answer;
      })
      .catch(async () => (await caches.match(request.url.split('#')[0])) ?? Response.error()),
  );
});
