// The Activity Log as its REST interface answers (Microsoft.Insights/eventtypes/management/values): pages of {"value": [...]},
// whose records have another shape than those of diagnostic settings (records/azure-activity-rest.ts).
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

const recordsPerPage = 200;

export const azureRest: Layout = {
  says: 'the Activity Log by its REST interface, asked every hour: pages of {"value": [...]}',
  periodMs: hourMs,
  packing: "plain",
  path({ place: { scope = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs + hourMs);
    return `azure/management-values/${scope.split("/").at(-1)?.toLowerCase()}/${year}-${month}-${day}/${hour}00.json`;
  },
  text: (records, { place: { scope = "" } }, random) =>
    lines(
      Array.from({ length: Math.ceil(records.length / recordsPerPage) }, (_, page) => {
        const values = records.slice(page * recordsPerPage, (page + 1) * recordsPerPage).join(",");
        if ((page + 1) * recordsPerPage >= records.length) return `{"value":[${values}]}`;
        const next = `https://management.azure.com/subscriptions/${scope.split("/").at(-1)?.toLowerCase()}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$skipToken=${random.hex(32)}`;
        return `{"value":[${values}],"nextLink":${JSON.stringify(next)}}`;
      }),
    ),
};
