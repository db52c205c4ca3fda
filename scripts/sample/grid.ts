/** A table of numbers over a rectangle of the plane, read with bilinear interpolation. */
export class Grid {
  readonly left: number;
  readonly bottom: number;
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;

  constructor(left: number, bottom: number, width: number, height: number, cell: number) {
    this.left = left;
    this.bottom = bottom;
    this.cell = cell;
    this.columns = Math.ceil(width / cell) + 1;
    this.rows = Math.ceil(height / cell) + 1;
    this.values = new Float32Array(this.columns * this.rows);
  }

  get right(): number {
    return this.left + (this.columns - 1) * this.cell;
  }

  get top(): number {
    return this.bottom + (this.rows - 1) * this.cell;
  }

  /** An empty table over the same rectangle. */
  twin(): Grid {
    const { left, bottom, right, top, cell } = this;
    // Half a cell less, so that rounding cannot add a row.
    return new Grid(left, bottom, right - left - cell / 2, top - bottom - cell / 2, cell);
  }

  /** The value at a point; outside the rectangle, the value at its nearest edge. */
  at(x: number, y: number): number {
    const { columns, rows, values } = this;
    let fx = (x - this.left) / this.cell;
    let fy = (y - this.bottom) / this.cell;
    fx = fx < 0 ? 0 : Math.min(fx, columns - 1.001);
    fy = fy < 0 ? 0 : Math.min(fy, rows - 1.001);
    const ix = fx | 0;
    const iy = fy | 0;
    fx -= ix;
    fy -= iy;
    const i = iy * columns + ix;
    const a = values[i] as number;
    const b = values[i + columns] as number;
    const low = a + ((values[i + 1] as number) - a) * fx;
    const high = b + ((values[i + columns + 1] as number) - b) * fx;
    return low + (high - low) * fy;
  }

  /**
   * Extrapolates a distance table beyond its edge. All geometry is inside the rectangle, so with c the nearest edge
   * point, the angle at c is obtuse and √(|p−c|² + d(c)²) never exceeds the true distance.
   */
  distanceAt(x: number, y: number): number {
    const inside = this.at(x, y);
    const dx = x < this.left ? this.left - x : x > this.right ? x - this.right : 0;
    const dy = y < this.bottom ? this.bottom - y : y > this.top ? y - this.top : 0;
    if (dx === 0 && dy === 0) return inside;
    return Math.sqrt(dx * dx + dy * dy + (inside > 0 ? inside * inside : 0));
  }
}
