/**
 * Eigenvectors of a symmetric matrix: Householder's reduction to three diagonals, then QL with implicit shifts (Bowdler,
 * Martin, Reinsch & Wilkinson 1968; the routines tred2 and tql2 of EISPACK).
 */

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** n × n; each row is an eigenvector of unit length. */
  readonly vectors: Float64Array;
}

/** @param matrix n × n, symmetric; not changed */
export function eigenOf(matrix: Float64Array, n: number): Eigen {
  const v = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  reduce(v, d, e, n);
  iterate(v, d, e, n);
  const order = Array.from(d.keys()).sort((a, b) => (d[b] as number) - (d[a] as number) || a - b);
  const vectors = new Float64Array(n * n);
  order.forEach((column, rank) => {
    // The sign is free; the largest number is positive, so that small changes do not turn it.
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const x = v[i]?.[column] as number;
      if (Math.abs(x) > Math.abs(largest)) largest = x;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < n; i++) vectors[rank * n + i] = sign * (v[i]?.[column] as number);
  });
  return { values: Float64Array.from(order, (column) => d[column] as number), vectors };
}

type Rows = readonly Float64Array[];

/** Three diagonals: d is the main one, e the one below it; v collects the reflections. */
function reduce(v: Rows, d: Float64Array, e: Float64Array, n: number): void {
  const at = (i: number, j: number) => (v[i] as Float64Array)[j] as number;
  const set = (i: number, j: number, x: number) => {
    (v[i] as Float64Array)[j] = x;
  };
  for (let j = 0; j < n; j++) d[j] = at(n - 1, j);
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k] as number);
    if (scale === 0) {
      e[i] = d[i - 1] as number;
      for (let j = 0; j < i; j++) {
        d[j] = at(i - 1, j);
        set(i, j, 0);
        set(j, i, 0);
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] = (d[k] as number) / scale;
        h += (d[k] as number) ** 2;
      }
      const f = d[i - 1] as number;
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      e.fill(0, 0, i);
      for (let j = 0; j < i; j++) {
        const dj = d[j] as number;
        set(j, i, dj);
        let sum = (e[j] as number) + at(j, j) * dj;
        for (let k = j + 1; k < i; k++) {
          sum += at(k, j) * (d[k] as number);
          e[k] = (e[k] as number) + at(k, j) * dj;
        }
        e[j] = sum;
      }
      let product = 0;
      for (let j = 0; j < i; j++) {
        e[j] = (e[j] as number) / h;
        product += (e[j] as number) * (d[j] as number);
      }
      const half = product / (h + h);
      for (let j = 0; j < i; j++) e[j] = (e[j] as number) - half * (d[j] as number);
      for (let j = 0; j < i; j++) {
        const dj = d[j] as number;
        const ej = e[j] as number;
        for (let k = j; k < i; k++) {
          set(k, j, at(k, j) - (dj * (e[k] as number) + ej * (d[k] as number)));
        }
        d[j] = at(i - 1, j);
        set(i, j, 0);
      }
    }
    d[i] = h;
  }
  for (let i = 0; i < n - 1; i++) {
    set(n - 1, i, at(i, i));
    set(i, i, 1);
    const h = d[i + 1] as number;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = at(k, i + 1) / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        for (let k = 0; k <= i; k++) g += at(k, i + 1) * at(k, j);
        for (let k = 0; k <= i; k++) set(k, j, at(k, j) - g * (d[k] as number));
      }
    }
    for (let k = 0; k <= i; k++) set(k, i + 1, 0);
  }
  for (let j = 0; j < n; j++) {
    d[j] = at(n - 1, j);
    set(n - 1, j, 0);
  }
  set(n - 1, n - 1, 1);
  e[0] = 0;
}

/** Makes e zero; d then holds the eigenvalues, the columns of v the eigenvectors. */
function iterate(v: Rows, d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let f = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l] as number) + Math.abs(e[l] as number));
    let m = l;
    while (m < n - 1 && Math.abs(e[m] as number) > Number.EPSILON * largest) m++;
    while (m > l && Math.abs(e[l] as number) > Number.EPSILON * largest) {
      let g = d[l] as number;
      const el = e[l] as number;
      let p = ((d[l + 1] as number) - g) / (2 * el);
      let r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = el / (p + r);
      d[l + 1] = el * (p + r);
      const next = d[l + 1] as number;
      let h = g - (d[l] as number);
      for (let i = l + 2; i < n; i++) d[i] = (d[i] as number) - h;
      f += h;
      p = d[m] as number;
      let c = 1;
      let c2 = 1;
      let c3 = 1;
      const e1 = e[l + 1] as number;
      let s = 0;
      let s2 = 0;
      for (let i = m - 1; i >= l; i--) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * (e[i] as number);
        h = c * p;
        r = Math.hypot(p, e[i] as number);
        e[i + 1] = s * r;
        s = (e[i] as number) / r;
        c = p / r;
        p = c * (d[i] as number) - s * g;
        d[i + 1] = h + s * (c * g + s * (d[i] as number));
        for (const row of v) {
          const right = row[i + 1] as number;
          const left = row[i] as number;
          row[i + 1] = s * left + c * right;
          row[i] = c * left - s * right;
        }
      }
      p = (-s * s2 * c3 * e1 * (e[l] as number)) / next;
      e[l] = s * p;
      d[l] = c * p;
    }
    d[l] = (d[l] as number) + f;
    e[l] = 0;
  }
}
