// The streams of one estate, each made once: renderers ask for them by name with every record.
import type { World } from "../world.ts";
import type { Stream } from "./native-record.ts";

const streamsByWorld = new WeakMap<World, Map<string, Stream>>();

export function streamNamed(world: World, id: string, make: () => Omit<Stream, "id">): Stream {
  let streams = streamsByWorld.get(world);
  if (streams === undefined) {
    streams = new Map();
    streamsByWorld.set(world, streams);
  }
  let stream = streams.get(id);
  if (stream === undefined) {
    stream = { id, ...make() };
    streams.set(id, stream);
  }
  return stream;
}
