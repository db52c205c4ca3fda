/** Vue with its compiler of templates, in one file. */
declare module 'vue/dist/vue.esm-browser.prod.js' {
  export * from 'vue';
}
