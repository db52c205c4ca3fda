/** @returns a function that adds the styles to a shadow tree, once; one sheet serves all elements of the page */
export function adoptable(css: string): (root: Node) => void {
  let sheet: CSSStyleSheet | null = null;
  return (root) => {
    if (!(root instanceof ShadowRoot)) return;
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  };
}
