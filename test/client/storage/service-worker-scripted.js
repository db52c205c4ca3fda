// Its address says how it answers: not at all, at once, or after words that it is still at it.
self.onmessage = ({ ports: [port] }) => {
  if (self.location.search === '?quick') port.postMessage({ kept: true });
  if (self.location.search !== '?slow') return;
  const timer = setInterval(() => port.postMessage({ working: true }), 100);
  setTimeout(() => {
    clearInterval(timer);
    port.postMessage({ kept: true });
  }, 3000);
};
