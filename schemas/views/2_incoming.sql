-- view: incoming
-- az: Canlı rejimdə daxil olan zənglər
-- en: Incoming calls of live service: inbound, and not dealt with by the voice menu alone outside live hours
-- columns_of: calls
SELECT * FROM calls WHERE direction = 'inbound' AND NOT off_hours
