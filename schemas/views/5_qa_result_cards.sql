-- view: qa_result_cards
-- az: Nəticə kartları (ƏN 5.7.4): hər kartın ən son halı, bir kart bir sətirdir; göstəricilər və çəkilər məzmundadır
-- en: Result cards (ST 5.7.4), the latest state of each; one row a card; its indicators and weights stand in the content
-- columns_of: qa_records
-- column: card_id | Kartın nömrəsi | Id of the card
-- column: position_code | Vəzifənin kodu | Code of the position
-- column: position_name | Vəzifənin adı | Name of the position
-- column: score | Kartın balı; çatışmayan göstəricilərə görə hesablanmayıbsa, boşdur | Score of the card; empty where too few indicators are known | 0–100
SELECT record_id AS card_id, about, parent_id AS position_code, title AS position_name, owner,
  made_at, made_day, month, state, closed, changed_at, acted_by, value AS score, content
FROM qa_records WHERE kind = 'card'
