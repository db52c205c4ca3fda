import { expect, test } from 'vitest';
import { evenTicks, lineChart, logTicks } from '../../../../src/node/eval/page/line-chart.ts';

test('ticks are round numbers within the range', () => {
  expect(evenTicks(0.94, 1)).toEqual([0.94, 0.96, 0.98, 1]);
  expect(evenTicks(0, 1000)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(logTicks(98, 392)).toEqual([100, 200]);
  expect(logTicks(100, 200_000)).toEqual([100, 1000, 10_000, 100_000]);
  // Of one value there is nothing to divide.
  expect(logTicks(7, 7)).toEqual([7, 7]);
});

test('points lie where their values are, and are told to those who do not see them', () => {
  const line = {
    ...{ label: 'codes <b>', name: 'own' as const },
    points: [
      { x: 100, y: 0 },
      { x: 1000, y: 0.5, note: 'here' },
      { x: 10_000, y: 1 },
    ],
  };
  const { html } = lineChart(
    [line],
    { label: 'items', isLog: true, textOf: String },
    { label: 'recall', textOf: (value) => value.toFixed(1) },
  );
  const at = (/points="([^"]*)"/.exec(html)?.[1] ?? '')
    .split(' ')
    .map((pair) => pair.split(',').map(Number));
  const [first, second, third] = at as [number[], number[], number[]];
  // Each ten times as many is one step to the right.
  expect((second[0] as number) - (first[0] as number)).toBeCloseTo(
    (third[0] as number) - (second[0] as number),
  );
  expect((first[1] as number) - (second[1] as number)).toBeCloseTo(
    (second[1] as number) - (third[1] as number),
  );
  expect(html).toContain(
    'recall by items. codes &#60;b&#62;: 100: 0.0, 1000: 0.5, 10000: 1.0.'
      .replaceAll('&#60;', '&lt;')
      .replaceAll('&#62;', '&gt;'),
  );
  expect(html).toContain('>here</text>');
});
