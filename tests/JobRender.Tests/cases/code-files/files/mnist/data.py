def load(i):
    return i * 2
   
