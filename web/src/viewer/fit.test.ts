import { describe, expect, it } from 'vitest';
import { pageZoom, reflowZoom } from './fit.ts';

describe('how the page is fitted', () => {
  it('shows an A4 page 720 px wide where there is room', () => {
    expect(pageZoom(794, 1100, 24) * 794).toBeCloseTo(720);
  });
  it('shrinks it to what there is between the margins', () => {
    expect(pageZoom(794, 600, 24) * 794).toBeCloseTo(552);
  });
  it('never shrinks a broadsheet to nothing', () => {
    expect(pageZoom(9000, 300, 24)).toBe(0.3);
  });
  it('brings the most used size of text to 16 px on a phone', () => {
    expect(
      reflowZoom(
        new Map([
          [13.3, 900],
          [24, 60],
        ]),
      ) * 13.3,
    ).toBeCloseTo(16);
  });
  it('leaves an empty document alone', () => {
    expect(reflowZoom(new Map())).toBe(1);
  });
});
