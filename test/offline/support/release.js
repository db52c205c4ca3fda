// The line that a build sets before the script; the release is told by the script's address.
const version = new URL(self.location.href).searchParams.get('version');
self.SOUTU_SHELL = { version, files: ['release.js'] };
