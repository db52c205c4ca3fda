/** For modules of a service worker that a page imports: the registration that they find. */
Object.assign(self, { registration: { scope: new URL('./', location.href).href } });
