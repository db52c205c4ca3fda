const NAMESPACE = 'http://www.w3.org/2000/svg';

/** A camera, 24 × 24. */
const CAMERA = [
  'M4 7.5h3.2L8.9 5h6.2l1.7 2.5H20a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 18V9A1.5 1.5 0 0 1 4 7.5z',
  'M12 16.6a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8z',
] as const;

export function renderCamera(): SVGSVGElement {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(
    ...CAMERA.map((d) => {
      const path = document.createElementNS(NAMESPACE, 'path');
      path.setAttribute('d', d);
      return path;
    }),
  );
  return svg;
}
