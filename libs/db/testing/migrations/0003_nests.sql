-- Programs that know no nests would lay eggs on the ground.
-- oldest program: 2
CREATE TABLE nests (bird TEXT COLLATE "C" NOT NULL PRIMARY KEY, picture @bytes@) @without_rowid@;
INSERT INTO nests (bird) VALUES ('rook');
