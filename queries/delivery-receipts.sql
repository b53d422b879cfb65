-- What did a sink answer to the message that an incident's thread begins with? Asked by the alert loop, so that what follows goes into the same thread. Of
-- several the last one counts: the others are gone.
SELECT toString(sink_id) AS sink_id, incident_uid, argMax(receipt, (ended_at, delivery_id)) AS thread_receipt
FROM deliveries FINAL
WHERE incident_uid IN {incident_uids:Array(String)} AND sink_id = {sink_id:String} AND deliveries.state = 'delivered' AND receipt != ''
GROUP BY sink_id, incident_uid
