// Precision against recall as one SVG, drawn by hand: a colour a comparator, dashed with its own key, solid with ours; precision on a
// logarithmic axis, because most of it lies below one in a hundred.
import type { DetectorReport } from "./report.ts";

const width = 900;
const plot = { left: 60, top: 30, width: 520, height: 400 };
const lowestPrecision = 0.001;
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#7f7f7f", "#bcbd22"] as const;

export function curveFigure(detectors: readonly Pick<DetectorReport, "id" | "title" | "curve">[]): string {
  const families = [...new Set(detectors.map(({ id }) => familyOf(id)))];
  const colourOf = (id: string) => colours[families.indexOf(familyOf(id)) % colours.length] ?? colours[0];
  const height = Math.max(plot.top + plot.height + 60, plot.top + detectors.length * 20 + 20);
  const marks = detectors.map((detector) => line(detector, colourOf(detector.id)));
  const legend = detectors.map((detector, place) => legendEntry(detector, colourOf(detector.id), plot.top + place * 20));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${plot.left}" y="18">Precision against recall, over all estates</text>`,
    ...axes(),
    ...marks,
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}

function familyOf(id: string): string {
  return id.replace(/-(own|our)-key$/, "");
}

function place(recall: number, precision: number): [x: number, y: number] {
  const share = Math.log10(Math.max(precision, lowestPrecision) / lowestPrecision) / Math.log10(1 / lowestPrecision);
  return [round(plot.left + recall * plot.width), round(plot.top + (1 - share) * plot.height)];
}

/** A path through the points, and a dot at the end: all of its alerts. */
function line({ id, curve }: Pick<DetectorReport, "id" | "curve">, colour: string): string {
  const last = curve.at(-1);
  if (last === undefined) return "";
  const path = curve.map(({ recall, precision }, index) => `${index === 0 ? "M" : "L"}${place(recall, precision).join(" ")}`).join("");
  const [x, y] = place(last.recall, last.precision);
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"${dash(id)}/><circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
}

function dash(id: string): string {
  return id.endsWith("-own-key") ? ' stroke-dasharray="4 3"' : "";
}

function legendEntry({ id, title }: Pick<DetectorReport, "id" | "title">, colour: string, y: number): string {
  const x = plot.left + plot.width + 20;
  return `<path d="M${x} ${y}h24" stroke="${colour}" stroke-width="2"${dash(id)}/><text x="${x + 30}" y="${y + 4}">${escaped(title)}</text>`;
}

function axes(): string[] {
  const bottom = plot.top + plot.height;
  const frame = `<rect x="${plot.left}" y="${plot.top}" width="${plot.width}" height="${plot.height}" fill="none" stroke="#888888"/>`;
  const recalls = [0, 0.2, 0.4, 0.6, 0.8, 1].map((recall) => {
    const [x] = place(recall, 1);
    return `<path d="M${x} ${plot.top}V${bottom}" stroke="#eeeeee"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${recall}</text>`;
  });
  const precisions = [0.001, 0.01, 0.1, 1].map((precision) => {
    const [, y] = place(0, precision);
    return `<path d="M${plot.left} ${y}h${plot.width}" stroke="#eeeeee"/><text x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${precision}</text>`;
  });
  const names = `<text x="${plot.left + plot.width / 2}" y="${bottom + 38}" text-anchor="middle">recall</text><text x="16" y="${plot.top + plot.height / 2}" text-anchor="middle" transform="rotate(-90 16 ${plot.top + plot.height / 2})">precision (logarithmic)</text>`;
  return [...recalls, ...precisions, frame, names];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
