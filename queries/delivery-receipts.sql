-- What did a sink answer to the first message of an incident? Asked by the alert loop, so that what follows goes into the same thread.
SELECT toString(sink_id) AS sink_id, incident_uid, argMin(receipt, (ended_at, delivery_id)) AS first_receipt
FROM deliveries FINAL
WHERE incident_uid IN {incident_uids:Array(String)} AND sink_id = {sink_id:String} AND deliveries.state = 'delivered' AND receipt != ''
GROUP BY sink_id, incident_uid
