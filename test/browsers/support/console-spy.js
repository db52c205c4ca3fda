// Put before each script of the page and its workers: notes what they write to the console.
{
  const KEY = 'console-spy';
  const { console } = globalThis;
  const isPage = typeof document !== 'undefined';
  const channel = new BroadcastChannel(KEY);
  const note = (line) => {
    if (!isPage) {
      channel.postMessage(line);
      return;
    }
    // Survives a reload.
    const lines = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    sessionStorage.setItem(KEY, JSON.stringify([...lines, line]));
  };
  // Several scripts of one page begin with this one.
  if (!globalThis[KEY]) {
    globalThis[KEY] = true;
    if (isPage) channel.onmessage = ({ data }) => note(data);
    for (const kind of ['debug', 'log', 'info', 'warn', 'error']) {
      const write = console[kind];
      console[kind] = (...words) => {
        note(`${kind}: ${words.join(' ')}`);
        write.apply(console, words);
      };
    }
    addEventListener('error', ({ message }) => note(`uncaught: ${message}`));
    addEventListener('unhandledrejection', ({ reason }) => note(`uncaught: ${reason}`));
  }
}
