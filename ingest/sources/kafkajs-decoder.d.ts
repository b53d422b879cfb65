// What kafka-codecs.ts changes of kafkajs, which publishes no types of its inside.
declare module "kafkajs/src/protocol/decoder.js" {
  export default class Decoder {
    /** Of a record's headers only. */
    readVarIntArray(read: (decoder: Decoder) => unknown): unknown[];
  }
}
