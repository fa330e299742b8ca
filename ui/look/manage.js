// Files dropped on a collection go to the server one after the other; then the collection is indexed.
(() => {
  'use strict';
  const api = (path) => {
    const root = window.gradio_config?.root;
    return (root ? new URL(root, location.href).pathname.replace(/\/$/, '') : '') + '/api/' + path;
  };

  function put(name, file, line) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const path = `collections/${encodeURIComponent(name)}/files/${encodeURIComponent(file.name)}`;
      const lang = document.querySelector('.manage')?.lang.slice(0, 2) ?? 'en';
      request.open('PUT', api(path));
      request.setRequestHeader('X-Wenju-Lang', lang);
      request.upload.onprogress = (event) => {
        line.bar.max = event.total || 1;
        line.bar.value = event.loaded;
      };
      request.onload = () => {
        if (request.status === 201) return done('');
        try {
          const said = JSON.parse(request.responseText);
          done([said.error, said.mend].filter(Boolean).join(lang === 'zh' ? '。' : '. '));
        } catch {
          done(String(request.status));
        }
      };
      request.onerror = () => done('×');
      request.send(file);
    });
  }

  function lineOf(list, file) {
    const item = document.createElement('li');
    const bar = document.createElement('progress');
    const text = document.createElement('span');
    text.textContent = file.name;
    bar.setAttribute('aria-label', file.name);
    item.append(text, bar);
    list.append(item);
    return {item, bar, text};
  }

  // beside what the server shows anew after each step, so that what was not taken stays to be read
  function emptyList() {
    const list = document.getElementById('manage-sending') ?? document.createElement('ul');
    list.id = 'manage-sending';
    list.setAttribute('role', 'status');
    list.replaceChildren();
    document.getElementById('manage-view').before(list);
    return list;
  }

  async function send(drop, files) {
    const list = emptyList();
    let sent = 0;
    for (const file of files) {
      const line = lineOf(list, file);
      const wrong = await put(drop.dataset.upload, file, line);
      line.bar.remove();
      line.item.className = wrong ? 'failed' : 'sent';
      line.text.textContent = (wrong ? '! ' : '✓ ') + file.name + (wrong ? ` · ${drop.dataset.failed} ${wrong}` : '');
      if (!wrong) sent += 1;
    }
    if (!sent) return;
    document.querySelector('#manage-view button.index')?.click();
    for (const line of list.querySelectorAll('.sent')) line.remove(); // these stand among the files from now on
  }

  document.addEventListener('change', (event) => {
    const drop = event.target.closest?.('.drop[data-upload]');
    if (drop && event.target.files?.length) send(drop, [...event.target.files]);
  });
  for (const kind of ['dragover', 'dragleave', 'drop'])
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest?.('.drop[data-upload]');
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop' && event.dataTransfer.files.length) send(drop, [...event.dataTransfer.files]);
    });
  setInterval(() => document.querySelector('#manage-jobs [data-do=poll][data-again]')?.click(), 1000);
})();
