// Keeps the page as it is in the world: asks once a second, replaces only the sections that changed.
(function () {
  'use strict';
  var main = document.querySelector('[data-live]');
  if (!main) { return; }
  var parts = {};
  var version = null;
  main.querySelectorAll('.live').forEach(function (part) { parts[part.id] = part.outerHTML; });

  function tick() {
    main.querySelectorAll('[data-since]').forEach(function (place) {
      var s = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 1000));
      var h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
      place.textContent = h > 47 ? Math.floor(h / 24) + ' days' : h ? h + ' h ' + m + ' min' : m ? m + ' min ' + s % 60 + ' s' : s + ' s';
    });
  }

  function put(fresh) {
    var seen = {};
    var before = null;
    fresh.querySelectorAll('.live').forEach(function (part) {
      seen[part.id] = true;
      var html = part.outerHTML;
      var old = document.getElementById(part.id);
      if (!old) {
        if (before) { before.after(part); } else { main.append(part); }
      } else if (parts[part.id] !== html) {
        var open = Array.from(old.querySelectorAll('details[open]')).map(function (d) { return d.id; });
        var scrolled = Array.from(old.querySelectorAll('.wide')).map(function (d) { return d.scrollLeft; });
        old.replaceWith(part);
        open.forEach(function (id) { var d = document.getElementById(id); if (d) { d.open = true; } });
        part.querySelectorAll('.wide').forEach(function (d, i) { d.scrollLeft = scrolled[i] || 0; });
      }
      parts[part.id] = html;
      before = document.getElementById(part.id);
    });
    Object.keys(parts).forEach(function (id) {
      if (!seen[id]) { delete parts[id]; var gone = document.getElementById(id); if (gone) { gone.remove(); } }
    });
  }

  function connected(yes) {
    var notice = document.getElementById('connection');
    if (!notice) { return; }
    if (yes) { document.getElementById('seen-at').textContent = new Date().toISOString().slice(11, 19) + ' UTC'; }
    notice.hidden = yes;
  }

  async function look() {
    try {
      if (!document.hidden) {
        var answer = await fetch(main.dataset.live, {
          cache: 'no-store', headers: version ? { 'If-None-Match': version } : {}, signal: AbortSignal.timeout(5000)
        });
        if (answer.status === 401) { location.reload(); return; }
        if (answer.ok) {
          version = answer.headers.get('ETag');
          put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        }
        connected(answer.ok || answer.status === 304);
      }
    } catch (e) {
      connected(false);
    }
    tick();
    setTimeout(look, 1000);
  }

  addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (each) { each.open = true; });
  });
  tick();
  setTimeout(look, 1000);
})();
