// A service worker that governs only the folder it lies in.
